"""What the shop stores."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from appkit.flask.columns import UtcDateTime
from appkit.flask.database import new_metadata
from shop.rules import LENGTHS, SLUG_LENGTH

NAME_LENGTH = 32
ADDRESS_LENGTH = 45
"""An IPv6 address with an IPv4 one inside."""


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


class LoginAttempt(Base):
    """A try to sign in that has not succeeded; all replicas count the same ones."""

    __tablename__ = "login_attempts"
    __table_args__ = (Index(None, "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Order(Base):
    """A payment that Stripe confirmed. Its session is the key, so it counts once for ever.

    The product is copied: it may change or leave later. The total is in minor units.
    """

    __tablename__ = "orders"

    session_id: Mapped[str] = mapped_column(String(255), primary_key=True)
    product_slug: Mapped[str] = mapped_column(String(SLUG_LENGTH))
    product_name: Mapped[str] = mapped_column(String(LENGTHS["name"]))
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
