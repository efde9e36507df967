"""What visitors may send, and in which shape."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from rocket.cart.models import LINE_LIMIT
from rocket.catalog.listing import Offer
from rocket.catalog.models import sku_validator

QUANTITY_ERRORS = {
    "required": "How many?",
    "invalid": "A whole number, please.",
    "min_value": "At least one.",
    "max_value": f"At most {LINE_LIMIT} of a kind in one cart.",
}


class FilterForm(forms.Form):
    """The query of a list: `q` up to 80 characters, `tag` a slug."""

    q = forms.CharField(
        required=False,
        max_length=80,
        error_messages={"max_length": "Please search for at most 80 characters."},
    )
    tag = forms.SlugField(required=False)


class SkuForm(forms.Form):
    """A variant by its SKU."""

    sku = forms.CharField(
        max_length=32,
        validators=[sku_validator],
        error_messages={"required": "Please choose a version."},
    )


class LineForm(SkuForm):
    """A variant and how many of it: 1 to 20."""

    quantity = forms.IntegerField(min_value=1, max_value=LINE_LIMIT, error_messages=QUANTITY_ERRORS)


class OfferForm(LineForm):
    """A line whose variant is one of a product's `offers`."""

    def __init__(self, offers: Sequence[Offer], data: QueryDict | None) -> None:
        super().__init__(data)
        self._offers = {offer.sku: offer for offer in offers}

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        if sku not in self._offers:
            raise forms.ValidationError("Please choose one of these versions.")
        return sku

    @property
    def offer(self) -> Offer:
        """What was chosen, once the form is valid."""
        return self._offers[self.cleaned_data["sku"]]
