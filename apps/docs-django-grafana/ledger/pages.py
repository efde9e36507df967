"""The pages that people see; rules live in the forms and in the model."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ledger.filters import Filters, people
from ledger.forms import BookingForm
from ledger.metrics import BOOKED
from ledger.models import Transaction
from ledger.summary import chart, totals
from ledger.templatetags.money import money

PAGE_SIZE = 25


@require_safe
def transactions(request: HttpRequest) -> HttpResponse:
    """The list, with its filters in the query; a filter that is wrong selects nothing."""
    filters = Filters(request.GET)
    valid = filters.is_valid()
    every = Transaction.objects.select_related("user")
    selected = filters.apply(every) if valid else every.none()
    page = Paginator(selected, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": any(request.GET.getlist(name) != [""] for name in asked(request)),
        "people": people(),
        "page": page,
        "links": page_links(request, page),
        "totals": totals(selected),
        "chart": chart(selected),
    }
    return render(request, "ledger/transactions.html", context, status=200 if valid else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends: afterwards the new transaction leads the list."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    sent = request.POST if request.method == "POST" else None
    # Without an initial time the form would hold the moment at which it was shown, not sent.
    form = BookingForm(sent, instance=Transaction(user=request.user), initial={"time": None})
    if sent is None or not form.is_valid():
        status = 200 if sent is None else 400
        return render(request, "ledger/book.html", {"form": form}, status=status)
    booked = form.save()
    BOOKED.labels(booked.type, "page").inc()
    messages.success(request, f"Booked: {booked.get_type_display()}, {money(booked.signed)}.")
    return redirect("transactions")


def asked(request: HttpRequest) -> list[str]:
    """The filters that the query names."""
    return [name for name in Filters.base_fields if name in request.GET]


def page_links(request: HttpRequest, page: "Page[Any]") -> list[tuple[str, str | None]]:
    """Label and query of each page worth a link; the current one has no query, nor has a gap."""

    def query(number: int) -> str:
        parameters = request.GET.copy()
        parameters["page"] = str(number)
        return f"?{parameters.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [
        (str(number), query(number) if isinstance(number, int) and number != page.number else None)
        for number in shown
    ]
