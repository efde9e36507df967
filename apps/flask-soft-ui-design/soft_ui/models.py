"""The tables of the site."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from appkit.flask import limits
from appkit.flask.columns import UtcDateTime
from appkit.flask.database import new_metadata
from appkit.flask.sessions import LoginSession


class Model(DeclarativeBase):
    metadata = new_metadata()


class Component(Model):
    """A component of the design system."""

    __tablename__ = "components"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Also the name of its preview template."""
    name: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(String(160))
    position: Mapped[int]
    """The position in the catalogue, from 0."""


class Message(Model):
    """A message from the contact form. Anyone who knows the reference can read it."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(22), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    topic: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    received: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    replica: Mapped[str] = mapped_column(String(255))
    """The replica that received the message."""


class Account(Model):
    """The account of a visitor."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case. It is the name for signing in."""
    password: Mapped[str] = mapped_column(String(255))
    """A salted hash."""
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Login(LoginSession, Model):
    """A browser in which an account is signed in."""

    __tablename__ = "logins"
    OWNER = "account_id"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class Allowance(limits.Allowance, Model):
    """Counts attempts at limited actions."""

    __tablename__ = "allowances"


class Favourite(Model):
    """A component that is a favourite of an account."""

    __tablename__ = "favourites"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(Account.id, ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(
        ForeignKey(Component.slug, ondelete="CASCADE"), primary_key=True
    )
