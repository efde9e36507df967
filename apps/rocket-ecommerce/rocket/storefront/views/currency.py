"""Choosing a currency."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rocket import money
from rocket.storefront import visitor
from rocket.storefront.forms import CurrencyForm
from rocket.storefront.views.responses import SeeOther, inside


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def currency(request: HttpRequest) -> HttpResponse:
    """A post of `currency` chooses it and leads to `next`, a page of the shop."""
    form = CurrencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code, after = form.cleaned_data["currency"], form.cleaned_data["next"]
        visitor.keep_currency(request, code)
        messages.success(request, f"Prices are in {money.CURRENCIES[code].name} now.")
        return SeeOther(after if inside(request, after) else reverse("shop"))
    # The page that the visitor came from: the referrer is cut to it by our own policy.
    came_from = urlsplit(request.headers.get("Referer", ""))
    address = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return render(
        request,
        "storefront/currency.html",
        {
            "form": form,
            "currencies": money.CURRENCIES.values(),
            "next": address if inside(request, address) else "",
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
