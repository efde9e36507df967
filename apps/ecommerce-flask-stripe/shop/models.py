"""What the shop stores."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from appkit.flask import limits
from appkit.flask.columns import UtcDateTime
from appkit.flask.database import new_metadata
from appkit.flask.sessions import LoginSession
from shop.rules import LENGTHS, SLUG_LENGTH

NAME_LENGTH = 32
STRIPE_ID_LENGTH = 255


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """All tables of the shop."""

    metadata = new_metadata()


class Origin(StrEnum):
    """Who keeps a product: a file of the image, which is followed at each release, or the admin."""

    FILE = "file"
    ADMIN = "admin"


class Product(Base):
    """A thing on the shelf. The price is in minor units of its currency."""

    __tablename__ = "products"
    __table_args__ = (CheckConstraint("price > 0", name="price_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(LENGTHS["name"]))
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    info: Mapped[str] = mapped_column(String(LENGTHS["info"]))
    short_description: Mapped[str] = mapped_column(String(LENGTHS["short_description"]))
    full_description: Mapped[str] = mapped_column(Text)
    images: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(5))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Admin(Base):
    """Somebody who may sign in. The password is kept as a salted scrypt hash."""

    __tablename__ = "admins"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Allowance(limits.Allowance, Base):
    """How often somebody tried to sign in."""

    __tablename__ = "allowances"


class AdminSession(LoginSession, Base):
    """A browser in which an admin is signed in; it ends with its row, or with the admin's."""

    __tablename__ = "admin_sessions"

    admin_id: Mapped[int] = mapped_column(ForeignKey(Admin.id, ondelete="CASCADE"), index=True)
    admin: Mapped[Admin] = relationship(lazy="joined", innerjoin=True)


class Refund(Base):
    """How much of a payment went back so far, in minor units. It may be known before the order."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    payment_intent: Mapped[str] = mapped_column(String(STRIPE_ID_LENGTH), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    refunded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Order(Base):
    """A payment that Stripe confirmed. Its session is the key, so it counts once for ever.

    The product is copied: it may change or leave later. The total is in minor units.
    """

    __tablename__ = "orders"

    session_id: Mapped[str] = mapped_column(String(STRIPE_ID_LENGTH), primary_key=True)
    payment_intent: Mapped[str | None] = mapped_column(String(STRIPE_ID_LENGTH), index=True)
    """What a refund names. None for an order of before it was kept."""
    product_slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    product_name: Mapped[str] = mapped_column(String(LENGTHS["name"]))
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    refund: Mapped[Refund | None] = relationship(
        primaryjoin=lambda: Order.payment_intent == Refund.payment_intent,
        foreign_keys=lambda: Order.payment_intent,
        lazy="joined",
        viewonly=True,
    )

    @property
    def is_refundable(self) -> bool:
        """Whether some of it is still ours, at a payment that Stripe can find."""
        returned = self.refund.amount if self.refund else 0
        return self.payment_intent is not None and returned < self.total
