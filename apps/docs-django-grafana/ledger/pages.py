"""The HTML pages of the ledger. The forms and the model hold the validation."""

from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from appkit.django.kept_pages import KeptPages
from appkit.django.revisions import read
from appkit.revisions import Kept
from ledger.filters import Filters, booking_users
from ledger.forms import BookingForm
from ledger.metrics import BOOKED
from ledger.models import Transaction
from ledger.summary import chart, totals
from ledger.templatetags.money import money

PAGE_SIZE = 25

MAX_KEPT = 100
"""Pages, and lists without their page, that a process keeps: one for each query and prefix, of
about 10 kB each."""


class Listing(NamedTuple):
    """The content of the list of transactions, which depends on no account."""

    html: SafeString
    valid: bool
    """Whether all filters are valid."""


_read_revision = partial(read, "ledger")
_listings: Kept[Listing] = Kept(_read_revision, MAX_KEPT)
_pages = KeptPages(_read_revision, MAX_KEPT)


@require_safe
@_pages.keep
def transactions(request: HttpRequest) -> HttpResponse:
    """The list of transactions. An invalid filter selects none, and the status is 400."""
    signed_in = request.user.is_authenticated
    key = (get_script_prefix(), request.META.get("QUERY_STRING", ""), request.encoding, signed_in)
    listing = _listings.get(key, lambda: _listing(request, signed_in=signed_in))
    status = 200 if listing.valid else 400
    return render(request, "ledger/transactions.html", {"listing": listing.html}, status=status)


def _listing(request: HttpRequest, *, signed_in: bool) -> Listing:
    filters = Filters(request.GET)
    valid = filters.is_valid()
    stored = Transaction.objects.select_related("user")
    selected = filters.apply(stored) if valid else stored.none()
    sums = totals(selected)
    page = _Pages(selected, PAGE_SIZE, sums.count).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": is_filtered(request),
        "signed_in": signed_in,
        "users": booking_users(),
        "page": page,
        "links": page_links(request, page),
        "totals": sums,
        "chart": chart(selected, sums.newest),
    }
    return Listing(render_to_string("ledger/listing.html", context), valid)


class _Pages(Paginator):  # type: ignore[type-arg]  # no generic at run time
    """Pages whose number of transactions is known, so that no query counts them again."""

    def __init__(self, selected: QuerySet[Transaction], size: int, count: int) -> None:
        super().__init__(selected, size)
        self.count = count


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
