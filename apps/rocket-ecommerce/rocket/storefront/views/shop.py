"""What is for sale: lists, and a page for each product."""

from http import HTTPStatus

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rocket.cart import rules
from rocket.catalog import listing
from rocket.catalog.models import Category, Price, Product, Tag
from rocket.storefront import visitor
from rocket.storefront.forms import FilterForm, OfferForm
from rocket.storefront.views.responses import SeeOther

PAGE_SIZE = 12


@require_safe
def shop(request: HttpRequest, category: str | None = None) -> HttpResponse:
    """The list of products, of one category or of all, narrowed by the fields of `FilterForm`."""
    now, currency = timezone.now(), visitor.currency(request)
    shelf = get_object_or_404(Category, slug=category) if category else None
    form = FilterForm(request.GET)
    valid = form.is_valid()
    if "tag" in form.errors:
        raise Http404("no such tag")
    slug = form.cleaned_data["tag"]
    tag = get_object_or_404(Tag, slug=slug) if slug else None
    text, available = form.cleaned_data.get("q", ""), form.cleaned_data["stock"]
    found = listing.products(
        listing.Filters(text, shelf, tag, available),
        currency=currency,
        now=now,
        sort=form.cleaned_data.get("sort", listing.NEWEST),
    )
    return render(
        request,
        "storefront/shop.html",
        {
            "form": form,
            "text": text,
            "tag": tag,
            "available": available,
            "sort": form.cleaned_data.get("sort", listing.NEWEST),
            "category": shelf,
            "categories": listing.categories(currency=currency, now=now),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        },
        status=HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """A product's page; a post of `sku` and `quantity` puts so many of it into the cart."""
    now, currency = timezone.now(), visitor.currency(request)
    shown = get_object_or_404(
        Product.objects.published(now)
        .select_related("category")
        .prefetch_related("images", "tags"),
        slug=slug,
    )
    offers = listing.offers(shown, currency=currency, now=now)
    if not offers and not Price.objects.filter(variant__product=shown).exists():
        raise Http404("nothing of it is for sale")
    form = OfferForm(offers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen, quantity = form.offer, form.cleaned_data["quantity"]
        try:
            key = rules.add(
                visitor.cart_key(request), chosen.sku, quantity, currency=currency, now=now
            )
        except rules.CartError as refusal:
            form.add_error("quantity", str(refusal))
        else:
            visitor.keep_cart(request, key)
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
