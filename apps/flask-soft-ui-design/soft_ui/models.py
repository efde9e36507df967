"""The tables."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from appkit.flask.columns import UtcDateTime
from appkit.flask.database import new_metadata


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
