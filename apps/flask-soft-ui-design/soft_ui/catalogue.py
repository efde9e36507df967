"""The components that the site shows, in their order."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from soft_ui.models import Component

_CATALOGUE = (
    ("buttons", "Buttons", "Elements", "Gradients for what matters, outlines for everything else."),
    ("badges", "Badges", "Elements", "A word or a number that says how things stand."),
    ("avatars", "Avatars", "Elements", "People in a row, with initials where there is no picture."),
    ("progress-bars", "Progress bars", "Elements", "How far along a task is, at a glance."),
    ("typography", "Typography", "Elements", "One family in few weights, from display to small."),
    ("breadcrumbs", "Breadcrumbs", "Navigation", "Where a page is, and the way back up."),
    ("tabs", "Tabs", "Navigation", "A few views of one thing, one at a time."),
    ("pagination", "Pagination", "Navigation", "Long lists in pieces that can be linked to."),
    ("inputs", "Inputs", "Input areas", "Fields with a soft outline and a clear focus."),
    ("toggles", "Toggles", "Input areas", "Switches and boxes for yes and no."),
    ("alerts", "Alerts", "Attention catchers", "What just happened, in the colour of its weight."),
    ("tooltips", "Tooltips", "Attention catchers", "A short hint beside what it explains."),
)


def load(session: Session) -> None:
    """Make the table what this release shows: add, change and remove."""
    stored = {component.slug: component for component in session.scalars(select(Component))}
    for position, (slug, name, section, summary) in enumerate(_CATALOGUE):
        stored.pop(slug, None)
        session.merge(
            Component(slug=slug, name=name, section=section, summary=summary, position=position)
        )
    for gone in stored.values():
        session.delete(gone)


def sections(session: Session) -> dict[str, list[Component]]:
    """Each section's components, both in the catalogue's order."""
    grouped: dict[str, list[Component]] = {}
    for component in session.scalars(select(Component).order_by(Component.position)):
        grouped.setdefault(component.section, []).append(component)
    return grouped
