"""The content system: the catalogue in Django's admin.

The admin's classes take type arguments in their stubs only, hence the ignored ones.
"""

from collections.abc import Sequence

from django import forms
from django.contrib import admin

from rocket.admin import ModelAdmin
from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant

SLUG: dict[str, Sequence[str]] = {"slug": ("name",)}
"""The admin fills an address in while a name is typed."""


class ImageInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Image
    extra = 0


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Counts stock up or down from what the form showed: orders go on while it is open."""

    stock = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        show_hidden_initial=True,
        help_text="What can be sold: without what orders have taken already.",
    )

    def clean_stock(self) -> int:
        asked: int = self.cleaned_data["stock"]
        if self.instance.pk is None:
            return asked
        # Locked until it is saved: the admin's form is one transaction.
        now = Variant.objects.select_for_update().values_list("stock", flat=True)
        stock = now.get(pk=self.instance.pk)
        if "stock" not in self.changed_data:
            return stock
        counted = stock + asked - self._shown()
        if counted < 0:
            raise forms.ValidationError(f"Orders took some meanwhile: only {stock} are left.")
        return counted

    def _shown(self) -> int:
        field = self["stock"]
        shown = self.data.get(self.add_initial_prefix(field.name), "")
        return int(self.fields["stock"].clean(shown))


class VariantInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Variant
    form = VariantForm
    extra = 0
    show_change_link = True


class PriceInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Price
    extra = 0


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    list_display = ("name", "summary", "position")
    list_editable = ("position",)
    prepopulated_fields = SLUG


@admin.register(Tag)
class TagAdmin(ModelAdmin):
    prepopulated_fields = SLUG


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    list_display = ("name", "category", "published_at", "updated_at")
    list_filter = ("category", "tags")
    search_fields = ("name", "summary", "variants__sku")
    prepopulated_fields = SLUG
    inlines = (ImageInline, VariantInline)


@admin.register(Variant)
class VariantAdmin(ModelAdmin):
    """Stock is counted here, and here a variant gets its prices."""

    form = VariantForm
    list_display = ("sku", "product", "name", "stock")
    list_filter = ("product__category",)
    list_select_related = ("product",)
    search_fields = ("sku", "name", "product__name")
    inlines = (PriceInline,)
