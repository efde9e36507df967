"""The content system: the catalogue in Django's admin.

The admin's classes take type arguments in their stubs only, hence the ignored ones.
"""

from collections.abc import Sequence

from django.contrib import admin

from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant

admin.site.site_header = "Rocket: ground control"
admin.site.site_title = "Rocket"
admin.site.index_title = "The shop"


SLUG: dict[str, Sequence[str]] = {"slug": ("name",)}
"""The admin fills an address in while a name is typed."""


class ImageInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Image
    extra = 0


class VariantInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Variant
    extra = 0
    show_change_link = True


class PriceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Price
    extra = 0


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "summary", "position")
    list_editable = ("position",)
    prepopulated_fields = SLUG


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    prepopulated_fields = SLUG


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "category", "published_at", "updated_at")
    list_filter = ("category", "tags")
    search_fields = ("name", "summary", "variants__sku")
    prepopulated_fields = SLUG
    filter_horizontal = ("tags",)
    inlines = (ImageInline, VariantInline)


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Stock is counted here, and here a variant gets its prices."""

    list_display = ("sku", "product", "name", "stock")
    list_editable = ("stock",)
    list_filter = ("product__category",)
    list_select_related = ("product",)
    search_fields = ("sku", "name", "product__name")
    inlines = (PriceInline,)
