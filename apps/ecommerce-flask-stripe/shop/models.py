"""The tables of the shop."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from appkit.delivery import MAX_RECIPIENT_LENGTH, lines_of
from appkit.flask import limits
from appkit.flask.columns import UtcDateTime
from appkit.flask.database import new_metadata
from appkit.flask.sessions import LoginSession
from shop.product_rules import MAX_LENGTHS, MAX_SLUG_LENGTH

NAME_LENGTH = 32
STRIPE_ID_LENGTH = 255


def now() -> datetime:
    """The current time, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The base class of all tables of the shop."""

    metadata = new_metadata()


class Origin(StrEnum):
    """Where a product comes from: a file, which each release loads again, or the admin pages."""

    FILE = "file"
    ADMIN = "admin"


class Product(Base):
    """A product in stock. The price is in minor units of its currency."""

    __tablename__ = "products"
    __table_args__ = (CheckConstraint("price > 0", name="price_is_positive"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG_LENGTH), unique=True)
    name: Mapped[str] = mapped_column(String(MAX_LENGTHS["name"]))
    price: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    info: Mapped[str] = mapped_column(String(MAX_LENGTHS["info"]))
    short_description: Mapped[str] = mapped_column(String(MAX_LENGTHS["short_description"]))
    full_description: Mapped[str] = mapped_column(Text)
    images: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(5))
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Increases with each change on the admin pages, so that no change overwrites another one."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Admin(Base):
    """A shopkeeper who can sign in. The password is stored as a salted scrypt hash."""

    __tablename__ = "admins"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Allowance(limits.Allowance, Base):
    """Counts attempts to sign in, and requests to Stripe that returning buyers cause."""

    __tablename__ = "allowances"


class AdminSession(LoginSession, Base):
    """The session of an admin in a browser. Deleting the row, or the admin, ends it."""

    __tablename__ = "admin_sessions"
    OWNER = "admin_id"

    admin_id: Mapped[int] = mapped_column(ForeignKey(Admin.id, ondelete="CASCADE"), index=True)
    admin: Mapped[Admin] = relationship(lazy="joined", innerjoin=True)


class Refund(Base):
    """The refunded part of a payment, in minor units. It may be stored before its order."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_is_positive"),)

    payment_intent: Mapped[str] = mapped_column(String(STRIPE_ID_LENGTH), primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)
    refunded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a sweep last asked Stripe about it."""


class Order(Base):
    """A payment that Stripe confirmed. The session is the key, so each payment is stored once.

    The product's data are copied, because the product may change or be removed later. The total is
    in minor units.
    """

    __tablename__ = "orders"

    session_id: Mapped[str] = mapped_column(String(STRIPE_ID_LENGTH), primary_key=True)
    payment_intent: Mapped[str | None] = mapped_column(
        String(STRIPE_ID_LENGTH), index=True, unique=True
    )
    """The id by which a refund refers to the payment; it pays one order only.

    None for orders of the first release.
    """
    product_slug: Mapped[str] = mapped_column(String(MAX_SLUG_LENGTH))
    product_name: Mapped[str] = mapped_column(String(MAX_LENGTHS["name"]))
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    # The defaults are in the database, because replicas of the release before still insert orders.
    recipient: Mapped[str] = mapped_column(
        String(MAX_RECIPIENT_LENGTH), default="", server_default=""
    )
    address: Mapped[str] = mapped_column(Text, default="", server_default="")
    """The delivery address, empty if Stripe has not collected one."""
    refund: Mapped[Refund | None] = relationship(
        primaryjoin=lambda: Order.payment_intent == Refund.payment_intent,
        foreign_keys=lambda: Order.payment_intent,
        lazy="joined",
        viewonly=True,
    )

    @property
    def is_refundable(self) -> bool:
        """Whether a part is not refunded yet, and the payment is known."""
        refunded = self.refund.amount if self.refund else 0
        return self.payment_intent is not None and refunded < self.total

    @property
    def delivery_lines(self) -> str:
        """The recipient and the address, or an empty text if neither is known."""
        return lines_of(self.recipient, self.address)


class OpenPayment(Base):
    """A payment that was started at Stripe and whose end is not known yet.

    The row is deleted when the payment is recorded as an order, fails or expires. The visitor and
    the network are digests, because they are only counted.
    """

    __tablename__ = "open_payments"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str | None] = mapped_column(String(STRIPE_ID_LENGTH), unique=True)
    """None until Stripe has opened the session."""
    url: Mapped[str | None] = mapped_column(Text)
    """Stripe's payment page. None until the session is open, and when the buyer has used it."""
    visitor: Mapped[str] = mapped_column(String(64), index=True)
    network: Mapped[str] = mapped_column(String(64), index=True)
    product_slug: Mapped[str] = mapped_column(String(MAX_SLUG_LENGTH))
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    started: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    next_check: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """The time at which a sweep checks the payment at Stripe."""
