"""The tables."""

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
    """A component of the design system that the landing page shows."""

    __tablename__ = "components"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Also names the template of its preview."""
    name: Mapped[str] = mapped_column(String(60))
    section: Mapped[str] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(String(160))
    position: Mapped[int]
    """Its place on the page, from 0."""


class Message(Model):
    """What somebody wrote to us. Whoever knows the reference may read it."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(22), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254))
    topic: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    received: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    replica: Mapped[str] = mapped_column(String(255))
    """The one that took it."""


class Account(Model):
    """Somebody who signed up."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case: it is what they sign in with."""
    password: Mapped[str] = mapped_column(String(255))
    """Salted and hashed."""
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Login(LoginSession, Model):
    """A browser in which an account is signed in."""

    __tablename__ = "logins"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id, ondelete="CASCADE"), index=True)
    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)


class Allowance(limits.Allowance, Model):
    """How often something was done that is limited, by whom it is limited for."""

    __tablename__ = "allowances"


class Favourite(Model):
    """A component that an account keeps at hand."""

    __tablename__ = "favourites"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(Account.id, ondelete="CASCADE"), primary_key=True
    )
    slug: Mapped[str] = mapped_column(
        ForeignKey(Component.slug, ondelete="CASCADE"), primary_key=True
    )
