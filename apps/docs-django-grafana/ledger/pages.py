"""The HTML pages of the ledger. The forms and the model hold the validation."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ledger.filters import Filters, booking_users
from ledger.forms import BookingForm
from ledger.metrics import BOOKED
from ledger.models import Transaction
from ledger.summary import chart, totals
from ledger.templatetags.money import money

PAGE_SIZE = 25


@require_safe
def transactions(request: HttpRequest) -> HttpResponse:
    """The list of transactions. An invalid filter selects none, and the status is 400."""
    filters = Filters(request.GET)
    valid = filters.is_valid()
    stored = Transaction.objects.select_related("user")
    selected = filters.apply(stored) if valid else stored.none()
    page = Paginator(selected, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": is_filtered(request),
        "users": booking_users(),
        "page": page,
        "links": page_links(request, page),
        "totals": totals(selected),
        "chart": chart(selected),
    }
    return render(request, "ledger/transactions.html", context, status=200 if valid else 400)


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Shows the form, or books what it submits and redirects to the list."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    data = request.POST if request.method == "POST" else None
    # The default of the model would fill in the time at which the form is shown.
    form = BookingForm(data, instance=Transaction(user=request.user), initial={"time": None})
    if data is None or not form.is_valid():
        status = 200 if data is None else 400
        return render(request, "ledger/book.html", {"form": form}, status=status)
    booked = form.save()
    BOOKED.labels(booked.type, "page").inc()
    messages.success(request, f"Booked: {booked.get_type_display()}, {money(booked.signed)}.")
    return redirect("transactions")


def is_filtered(request: HttpRequest) -> bool:
    """Whether the query contains a filter that is not empty."""
    return any(
        request.GET.getlist(name) != [""] for name in Filters.base_fields if name in request.GET
    )


def page_links(request: HttpRequest, page: "Page[Any]") -> list[tuple[str, str | None]]:
    """The pagination: label and query of each item. The current page and a gap have no query."""

    def query(number: int) -> str:
        parameters = request.GET.copy()
        parameters["page"] = str(number)
        return f"?{parameters.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [
        (str(number), query(number) if isinstance(number, int) and number != page.number else None)
        for number in shown
    ]
