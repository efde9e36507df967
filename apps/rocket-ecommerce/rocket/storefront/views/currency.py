"""The page on which a visitor chooses a currency."""

from http import HTTPStatus
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rocket import money
from rocket.storefront import session
from rocket.storefront.forms import CurrencyForm
from rocket.storefront.views.responses import SeeOther, is_own_path


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def currency(request: HttpRequest) -> HttpResponse:
    """Shows the currencies. A POST stores `currency` and redirects to the path in `next`."""
    form = CurrencyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        code, next_path = form.cleaned_data["currency"], form.cleaned_data["next"]
        # Choosing the same currency again begins no session.
        if code != session.currency(request):
            session.set_currency(request, code)
            messages.success(request, f"Prices are now in {money.CURRENCIES[code].name}.")
        return SeeOther(next_path if is_own_path(request, next_path) else reverse("shop"))
    # From another page of the shop, browsers send the full address: the policy is `same-origin`.
    referrer = urlsplit(request.headers.get("Referer", ""))
    path = referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return render(
        request,
        "storefront/currency.html",
        {
            "form": form,
            "currencies": money.CURRENCIES.values(),
            "next": path if is_own_path(request, path) else "",
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
