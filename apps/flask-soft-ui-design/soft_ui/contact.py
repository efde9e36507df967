"""The rules of the contact form, and the messages it stores."""

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from soft_ui.models import Message

TOPICS = {
    "question": "A question",
    "idea": "An idea",
    "problem": "Something is broken",
}

NAME_LENGTH = (2, 80)
EMAIL_LONGEST = 254
TEXT_LENGTH = (10, 2000)

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_REFERENCE = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True)
class Draft:
    """A form as it was sent, cleaned of what nobody means to type."""

    name: str = ""
    email: str = ""
    topic: str = ""
    text: str = ""


def clean(form: Mapping[str, str]) -> Draft:
    """The fields `name`, `email`, `topic` and `message`; absent ones are empty."""

    def field(name: str) -> str:
        return unicodedata.normalize("NFC", form.get(name, "").replace("\r\n", "\n")).strip()

    return Draft(field("name"), field("email"), field("topic"), field("message"))


def problems(draft: Draft) -> dict[str, str]:
    """What is wrong, by the form's field; empty when the draft may be stored."""
    found: dict[str, str] = {}
    if not _within(draft.name, NAME_LENGTH) or not _is_printable(draft.name):
        found["name"] = "Give your name, in 2 to 80 characters."
    if (
        len(draft.email) > EMAIL_LONGEST
        or not _EMAIL.fullmatch(draft.email)
        or not _is_printable(draft.email)
    ):
        found["email"] = "Give an address that we can answer to, such as name@example.org."
    if draft.topic not in TOPICS:
        found["topic"] = "Choose what this is about."
    if not _within(draft.text, TEXT_LENGTH):
        found["message"] = f"Write 10 to 2000 characters; these are {len(draft.text)}."
    elif not _is_printable(draft.text.replace("\n", "").replace("\t", "")):
        found["message"] = "It holds a character that cannot be shown. Type it again."
    return found


def store(session: Session, draft: Draft, replica: str) -> Message:
    """A new message of a draft without problems; its reference can't be guessed (128 bits)."""
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
    """The message of a reference, if there is one."""
    if not _REFERENCE.fullmatch(reference):
        return None
    return session.scalar(select(Message).where(Message.reference == reference))


def tally(session: Session) -> tuple[int, datetime | None]:
    """How many messages there are, and when the latest came."""
    count, latest = session.execute(
        select(func.count(Message.id), func.max(Message.received))
    ).one()
    return count, latest


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else can write to."""
    name, _, host = email.partition("@")
    return f"{name[0]}…@{host}"


def _within(text: str, length: tuple[int, int]) -> bool:
    return length[0] <= len(text) <= length[1]


def _is_printable(text: str) -> bool:
    """Without control characters, which a page can't show and Postgres partly refuses (NUL)."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
