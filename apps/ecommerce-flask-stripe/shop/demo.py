"""What a demonstration starts with beside the files' products, so that no page is empty."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import Order, Product, Refund, now

_SOLD = ("desk-lamp", "stoneware-mug", "wool-blanket", "stoneware-mug", "linen-notebook")
_SENT_BACK = "wool-blanket"


def add_demo_orders(session: Session) -> None:
    """Some orders of the past days where there is none; one of them went back."""
    if session.scalar(select(Order).limit(1)) is not None:
        return
    shelf = {product.slug: product for product in session.scalars(select(Product))}
    sold = [shelf[slug] for slug in _SOLD if slug in shelf]
    for number, product in enumerate(sold, start=1):
        paid_at = now() - timedelta(days=2 * number, minutes=37 * number)
        went_back = product.slug == _SENT_BACK
        # Without a payment at Stripe there is nothing that could be sent back from here.
        payment_intent = f"pi_demo_{number}" if went_back else None
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
