"""The pages. A post that succeeds answers with 303; another shows its page again, with 422."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from rocket.cart import rules
from rocket.catalog import listing
from rocket.catalog.models import Category, Product, Tag
from rocket.storefront.forms import FilterForm, LineForm, OfferForm, SkuForm
from rocket.storefront.visitor import cart_key, keep_cart

PAGE_SIZE = 12


class SeeOther(HttpResponseRedirect):
    """After a post: the browser reads the new page with GET, and a reload does not post again."""

    status_code = HTTPStatus.SEE_OTHER


@require_safe
def shop(request: HttpRequest, category: str | None = None) -> HttpResponse:
    """The list of products, of one category or of all, narrowed by `?q=` and `?tag=`."""
    now, currency = timezone.now(), settings.SHOP_CURRENCY
    shelf = get_object_or_404(Category, slug=category) if category else None
    form = FilterForm(request.GET)
    valid = form.is_valid()
    if "tag" in form.errors:
        raise Http404("no such tag")
    slug = form.cleaned_data["tag"]
    tag = get_object_or_404(Tag, slug=slug) if slug else None
    text = form.cleaned_data["q"] if valid else ""
    found = listing.products(listing.Filters(text, shelf, tag), currency=currency, now=now)
    return render(
        request,
        "storefront/shop.html",
        {
            "form": form,
            "text": text,
            "tag": tag,
            "category": shelf,
            "categories": listing.categories(currency=currency, now=now),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        },
        status=HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product's page; a post of `sku` and `quantity` puts so many of it into the cart."""
    now, currency = timezone.now(), settings.SHOP_CURRENCY
    shown = get_object_or_404(
        Product.objects.published(now)
        .select_related("category")
        .prefetch_related("images", "tags"),
        slug=slug,
    )
    offers = listing.offers(shown, currency=currency, now=now)
    if not offers:
        raise Http404("nothing of it is for sale")
    form = OfferForm(offers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen, quantity = form.offer, form.cleaned_data["quantity"]
        try:
            key = rules.add(cart_key(request), chosen.sku, quantity, currency=currency, now=now)
        except rules.CartError as refusal:
            form.add_error("quantity", str(refusal))
        else:
            keep_cart(request, key)
            messages.success(
                request, f"Added to your cart: {shown.name}, {chosen.name} ({quantity})."
            )
            return SeeOther(reverse("cart"))
    first = next((offer.sku for offer in offers if offer.stock > 0), None)
    related = listing.products(
        listing.Filters(category=shown.category), currency=currency, now=now
    ).exclude(pk=shown.pk)
    return render(
        request,
        "storefront/product.html",
        {
            "product": shown,
            "offers": offers,
            "form": form,
            "chosen": form["sku"].value() or first,
            "quantity": form["quantity"].value() or 1,
            "available": first is not None,
            "related": related[:3],
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: HttpRequest) -> HttpResponse:
    """The cart; a post of `sku` with `quantity` changes a line, one with `remove` takes it out."""
    now, currency = timezone.now(), settings.SHOP_CURRENCY
    removing = "remove" in request.POST
    blank = SkuForm if removing else LineForm
    form = blank(request.POST) if request.method == "POST" else blank()
    if removing and form.is_valid():
        rules.remove(cart_key(request), form.cleaned_data["sku"])
        messages.success(request, "Removed from your cart.")
        return SeeOther(reverse("cart"))
    if not removing and form.is_valid():
        line = form.cleaned_data
        try:
            rules.change(
                cart_key(request), line["sku"], line["quantity"], currency=currency, now=now
            )
        except rules.CartError as refusal:
            form.add_error("quantity", str(refusal))
        else:
            messages.success(request, "Your cart is up to date.")
            return SeeOther(reverse("cart"))
    basket = rules.read(cart_key(request), currency=currency, now=now)
    failed = form["sku"].value() if form.errors else None
    return render(
        request,
        "storefront/cart.html",
        {
            "basket": basket,
            "form": form,
            "failed": failed,
            "has_line": any(row.sku == failed for row in basket.rows),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
