"""The product list and the product page."""

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
from rocket.storefront import session
from rocket.storefront.forms import AddToCartForm, FilterForm
from rocket.storefront.kept_pages import pages
from rocket.storefront.problem_texts import form_error
from rocket.storefront.views.responses import SeeOther

PAGE_SIZE = 12


@require_safe
@pages.keep
def product_list(request: HttpRequest, category: str | None = None) -> HttpResponse:
    """Lists the products of one category or of all, filtered by the fields of `FilterForm`."""
    now, currency = timezone.now(), session.currency(request)
    chosen_category = get_object_or_404(Category, slug=category) if category else None
    form = FilterForm(request.GET)
    valid = form.is_valid()
    if "tag" in form.errors:
        raise Http404("The tag is not a valid slug.")
    slug = form.cleaned_data["tag"]
    tag = get_object_or_404(Tag, slug=slug) if slug else None
    text, available = form.cleaned_data.get("q", ""), form.cleaned_data["stock"]
    found = listing.products(
        listing.Filters(text, chosen_category, tag, available),
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
            "category": chosen_category,
            "categories": listing.categories(currency=currency, now=now),
            "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        },
        status=HTTPStatus.OK if valid else HTTPStatus.BAD_REQUEST,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@pages.keep
def product_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows a product. A POST adds `quantity` of the variant `sku` to the cart."""
    now, currency = timezone.now(), session.currency(request)
    shown = get_object_or_404(
        Product.objects.published(now)
        .select_related("category")
        .prefetch_related("images", "tags"),
        slug=slug,
    )
    offers = listing.offers(shown, currency=currency, now=now)
    if not offers and not Price.objects.filter(variant__product=shown).exists():
        raise Http404("The product has no price in any currency.")
    form = AddToCartForm(offers, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen, quantity = form.offer, form.cleaned_data["quantity"]
        try:
            key = rules.add(
                session.cart_key(request), chosen.sku, quantity, currency=currency, now=now
            )
        except rules.CartError as error:
            form.add_error("quantity", form_error(error.problem))
        else:
            session.set_cart_key(request, key)
            messages.success(
                request, f"Added to your cart: {shown.name}, {chosen.name} ({quantity})."
            )
            return SeeOther(reverse("cart"))
    first_in_stock = next((offer.sku for offer in offers if offer.stock > 0), None)
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
            "chosen": form["sku"].value() or first_in_stock,
            "quantity": form["quantity"].value() or 1,
            "available": first_in_stock is not None,
            "related": related[:3],
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK,
    )
