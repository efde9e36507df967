"""What a demonstration starts with."""

import secrets
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from soft_ui import accounts, catalogue, contact
from soft_ui.models import Component

DRAFTS = (
    contact.Draft(
        "Demo visitor", "visitor@example.org", "question", "Is there a dark variant of the cards?"
    ),
    contact.Draft(
        "Demo designer", "designer@example.org", "idea", "The waves would look good in teal, too."
    ),
)

FAVOURITES = {
    "Demo visitor": ("buttons", "modals", "forms"),
    "Demo designer": ("buttons", "typography", "heroes"),
}


def load(session: Session) -> None:
    """Two messages where there is none, and the accounts whose addresses are free.

    Nobody knows the passwords of these accounts, so nobody signs in to them.
    """
    if contact.tally(session)[0] == 0:
        for draft in DRAFTS:
            contact.store(session, draft, "demo")
    for draft in DRAFTS:
        joining = accounts.Draft(draft.name, draft.email, secrets.token_urlsafe(18))
        account = accounts.create(session, joining, datetime.now(UTC))
        if account is None:
            continue
        for slug in FAVOURITES[draft.name]:
            catalogue.keep(session, account, session.get_one(Component, slug), kept=True)
