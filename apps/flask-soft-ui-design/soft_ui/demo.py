"""What a demonstration starts with."""

from sqlalchemy.orm import Session

from soft_ui import contact

DRAFTS = (
    contact.Draft(
        "Demo visitor", "visitor@example.org", "question", "Is there a dark variant of the cards?"
    ),
    contact.Draft(
        "Demo designer", "designer@example.org", "idea", "The waves would look good in teal, too."
    ),
)


def load(session: Session) -> None:
    """Two messages where there is none."""
    if contact.tally(session)[0] == 0:
        for draft in DRAFTS:
            contact.store(session, draft, "demo")
