"""The forms of the shop's pages, and the query parameters of the product list."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from appkit.delivery import MAX_RECIPIENT_LENGTH
from rocket import money
from rocket.cart.models import MAX_LINE_QUANTITY
from rocket.catalog.listing import NEWEST, SORTS, Offer
from rocket.catalog.models import sku_validator
from rocket.problems import Problem
from rocket.storefront.problem_texts import problem_text

QUANTITY_ERRORS = {
    "required": "Enter a quantity.",
    "invalid": "Enter a whole number.",
    "min_value": "Enter a quantity of at least 1.",
    "max_value": problem_text(Problem("quantity-limit", {"limit": MAX_LINE_QUANTITY})),
}


class FilterForm(forms.Form):
    """The query parameters of a product list.

    `q` is a text of up to 80 characters, `tag` a slug, `sort` a key of `SORTS`. With `stock` the
    list has only products that are in stock.
    """

    q = forms.CharField(
        required=False,
        max_length=80,
        error_messages={"max_length": "Please enter at most 80 characters."},
    )
    tag = forms.SlugField(required=False)
    stock = forms.BooleanField(required=False)
    sort = forms.ChoiceField(
        required=False,
        choices=[(name, label) for name, (label, _) in SORTS.items()],
        error_messages={"invalid_choice": "Please choose one of the listed sort orders."},
    )

    def clean_sort(self) -> str:
        return self.cleaned_data["sort"] or NEWEST


class SkuForm(forms.Form):
    """A variant, given by its SKU."""

    sku = forms.CharField(
        max_length=32,
        validators=[sku_validator],
        error_messages={"required": "Please choose a version."},
    )


class CartLineForm(SkuForm):
    """A variant and its quantity in the cart."""

    quantity = forms.IntegerField(
        min_value=1, max_value=MAX_LINE_QUANTITY, error_messages=QUANTITY_ERRORS
    )


class DiscountCodeForm(forms.Form):
    """A discount code as typed by the visitor."""

    code = forms.CharField(
        max_length=40,
        error_messages={
            "required": "Enter a discount code.",
            "max_length": problem_text(Problem("discount-unknown")),
        },
    )


class CheckoutForm(forms.Form):
    """The total that the visitor saw, in the smallest unit."""

    total = forms.IntegerField(
        min_value=0,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"), "Please check the total and order again."
        ),
    )


def _require_letters(text: str) -> None:
    """Refuses a text that only has spaces, punctuation or invisible characters."""
    if not any(character.isalnum() for character in text):
        raise forms.ValidationError("Enter letters or digits.", code="no-letters")


class ContactForm(forms.Form):
    """The data that an order without a payment needs. For other orders Stripe asks for it."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        error_messages={
            "required": "Enter your e-mail address.",
            "invalid": "Enter an e-mail address like name@example.org.",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    recipient = forms.CharField(
        label="Name",
        max_length=MAX_RECIPIENT_LENGTH,
        validators=[_require_letters],
        error_messages={"required": "Enter the name of the recipient."},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    address = forms.CharField(
        label="Delivery address",
        max_length=500,
        validators=[_require_letters],
        error_messages={"required": "Enter the delivery address."},
        widget=forms.Textarea(attrs={"autocomplete": "street-address", "rows": 3}),
    )


class CurrencyForm(forms.Form):
    """A currency code, and the path of the page to return to."""

    currency = forms.ChoiceField(
        choices=money.currency_choices,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Please choose one of the listed currencies."
        ),
    )
    next = forms.CharField(required=False, max_length=2000)


class AddToCartForm(CartLineForm):
    """A cart line whose variant is one of the `offers` of a product."""

    def __init__(self, offers: Sequence[Offer], data: QueryDict | None) -> None:
        super().__init__(data)
        self._offers = {offer.sku: offer for offer in offers}

    def clean_sku(self) -> str:
        sku: str = self.cleaned_data["sku"]
        if sku not in self._offers:
            raise forms.ValidationError(
                "Please choose one of the listed versions.", code="not-offered"
            )
        return sku

    @property
    def offer(self) -> Offer:
        """The chosen offer of a valid form."""
        return self._offers[self.cleaned_data["sku"]]
