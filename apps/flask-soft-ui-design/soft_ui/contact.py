"""The rules of the contact form, and storing and finding messages."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from appkit.limits import Limit
from soft_ui import fields
from soft_ui.models import Message

TOPICS = {
    "question": "A question",
    "idea": "An idea",
    "problem": "Something is broken",
}

TEXT_LENGTH = (10, 2000)

_REFERENCE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Draft:
    """The fields of the contact form, normalized."""

    name: str = ""
    email: str = ""
    topic: str = ""
    text: str = ""


def read_form(form: Mapping[str, str]) -> Draft:
    """Reads `name`, `email`, `topic` and `message`. A missing field counts as empty."""
    others = (fields.read(form, name) for name in ("email", "topic", "message"))
    return Draft(fields.read_name(form), *others)


def problems(draft: Draft) -> dict[str, str]:
    """The problems by field; empty if the draft can be stored."""
    return fields.only_problems(
        name=fields.check_name(draft.name),
        email=fields.check_email(draft.email),
        topic=None if draft.topic in TOPICS else "Choose what this is about.",
        message=_check_text(draft.text),
    )


def messages(per_hour: int) -> Limit:
    """The limit for messages from one network."""
    return Limit("send a message", per_hour, timedelta(hours=1))


def _check_text(text: str) -> str | None:
    if not fields.within(text, TEXT_LENGTH):
        return f"Write 10 to 2000 characters; these are {len(text)}."
    if not fields.is_printable(text.replace("\n", "").replace("\t", "")):
        return "Remove the control characters."
    return None


def store(session: Session, draft: Draft, replica: str) -> Message:
    """Stores a draft without problems. Its reference is secret: 128 random bits."""
    message = Message(
        reference=secrets.token_urlsafe(16),
        name=draft.name,
        email=draft.email,
        topic=draft.topic,
        text=draft.text,
        received=datetime.now(UTC),
        replica=replica,
    )
    session.add(message)
    return message


def find(session: Session, reference: str) -> Message | None:
    """The message with this reference, or None."""
    if not _REFERENCE.fullmatch(reference):
        return None
    return session.scalar(select(Message).where(Message.reference == reference))


def tally(session: Session) -> tuple[int, datetime | None]:
    """The number of messages, and the time of the latest one."""
    count, latest = session.execute(
        select(func.count(Message.id), func.max(Message.received))
    ).one()
    return count, latest


def masked(email: str) -> str:
    """An address that only its owner recognizes, such as `a…@example.org`."""
    name, _, host = email.partition("@")
    return f"{name[0]}…@{host}"
