"""The catalogue in Django's admin.

Only the stubs of the admin's classes accept type arguments, hence the `type-arg` comments.
"""

from collections.abc import Sequence

from django import forms
from django.contrib import admin

from rocket.admin_base import ShopModelAdmin
from rocket.catalog.models import Category, Image, Price, Product, Tag, Variant

SLUG_FROM_NAME: dict[str, Sequence[str]] = {"slug": ("name",)}
"""For `prepopulated_fields`: the form derives the slug from the name."""


class ImageInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Image
    extra = 0


class VariantForm(forms.ModelForm):  # type: ignore[type-arg]
    """Changes the stock by the difference between the number entered and the number shown.

    The entered number itself would undo the orders that were placed while the form was open.
    """

    stock = forms.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        initial=0,
        show_hidden_initial=True,
        help_text="The quantity that can be sold. Placed orders are already subtracted.",
    )

    def clean_stock(self) -> int:
        entered: int = self.cleaned_data["stock"]
        if self.instance.pk is None:
            return entered
        # The row stays locked until the form is saved, because the view is one transaction.
        locked = Variant.objects.select_for_update().values_list("stock", flat=True)
        stock = locked.get(pk=self.instance.pk)
        if "stock" not in self.changed_data:
            return stock
        changed = stock + entered - self._stock_shown()
        if changed < 0:
            raise forms.ValidationError(
                "New orders reduced the stock to %(stock)s. Open this form again and correct it.",
                code="stock-changed",
                params={"stock": stock},
            )
        return changed

    def _stock_shown(self) -> int:
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
class CategoryAdmin(ShopModelAdmin):
    list_display = ("name", "summary", "position")
    list_editable = ("position",)
    prepopulated_fields = SLUG_FROM_NAME


@admin.register(Tag)
class TagAdmin(ShopModelAdmin):
    prepopulated_fields = SLUG_FROM_NAME


@admin.register(Product)
class ProductAdmin(ShopModelAdmin):
    list_display = ("name", "category", "published_at", "updated_at")
    list_filter = ("category", "tags")
    search_fields = ("name", "summary", "variants__sku")
    prepopulated_fields = SLUG_FROM_NAME
    inlines = (ImageInline, VariantInline)


@admin.register(Variant)
class VariantAdmin(ShopModelAdmin):
    """The page for a variant's stock and prices."""

    form = VariantForm
    list_display = ("sku", "product", "name", "stock")
    list_filter = ("product__category",)
    list_select_related = ("product",)
    search_fields = ("sku", "name", "product__name")
    inlines = (PriceInline,)
