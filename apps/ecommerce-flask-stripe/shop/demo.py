"""Demo data: some orders, so that no page of a demonstration is empty."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import Order, Product, Refund, now

_SOLD_SLUGS = ("desk-lamp", "stoneware-mug", "wool-blanket", "stoneware-mug", "linen-notebook")
_REFUNDED_SLUG = "wool-blanket"


def add_demo_orders(session: Session) -> None:
    """Adds orders of the past days, one of them refunded, unless there is any order."""
    if session.scalar(select(Order).limit(1)) is not None:
        return
    products = {product.slug: product for product in session.scalars(select(Product))}
    sold = [products[slug] for slug in _SOLD_SLUGS if slug in products]
    for number, product in enumerate(sold, start=1):
        paid_at = now() - timedelta(days=2 * number, minutes=37 * number)
        is_refunded = product.slug == _REFUNDED_SLUG
        # Stripe has no such payments. Without a payment intent, an order offers no refund.
        payment_intent = f"pi_demo_{number}" if is_refunded else None
        session.add(
            Order(
                session_id=f"cs_demo_{number}",
                payment_intent=payment_intent,
                product_slug=product.slug,
                product_name=product.name,
                total=product.price,
                currency=product.currency,
                paid_at=paid_at,
            )
        )
        if payment_intent:
            refund = {"amount": product.price, "refunded_at": paid_at + timedelta(days=1)}
            session.add(Refund(payment_intent=payment_intent, **refund))
