"""Demo data: messages, accounts and favourites."""

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
    """Adds two messages if there is none, and those of the demo accounts that do not exist.

    Their passwords are random and stored nowhere, so nobody can sign in to these accounts.
    """
    if contact.tally(session)[0] == 0:
        for draft in DRAFTS:
            contact.store(session, draft, "demo")
    for draft in DRAFTS:
        new_account = accounts.Draft(draft.name, draft.email, secrets.token_urlsafe(18))
        account = accounts.create(session, new_account, datetime.now(UTC))
        if account is None:
            continue
        for slug in FAVOURITES[draft.name]:
            component = session.get_one(Component, slug)
            catalogue.set_favourite(session, account, component, favourite=True)
