"""The components that the site shows, in their order."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from appkit.flask import upsert
from soft_ui.models import Account, Component, Favourite

_CATALOGUE = (
    ("buttons", "Buttons", "Elements", "Gradients for what matters, outlines for everything else."),
    ("badges", "Badges", "Elements", "A word or a number that says how things stand."),
    ("avatars", "Avatars", "Elements", "People in a row, with initials where there is no picture."),
    (
        "dropdowns",
        "Dropdowns",
        "Elements",
        "A few choices that take no room until they are needed.",
    ),
    ("progress-bars", "Progress bars", "Elements", "How far along a task is, at a glance."),
    ("toggles", "Toggles", "Elements", "Switches and boxes for yes and no."),
    ("typography", "Typography", "Elements", "One family in few weights, from display to small."),
    ("breadcrumbs", "Breadcrumbs", "Navigation", "Where a page is, and the way back up."),
    ("navbars", "Navbars", "Navigation", "The first thing on a page, folded on narrow screens."),
    ("tabs", "Tabs", "Navigation", "A few views of one thing, one at a time."),
    ("pagination", "Pagination", "Navigation", "Long lists in pieces that can be linked to."),
    ("inputs", "Inputs", "Input areas", "Fields with a soft outline and a clear focus."),
    ("forms", "Forms", "Input areas", "Fields that belong together, and what sends them."),
    ("alerts", "Alerts", "Attention catchers", "What just happened, in the colour of its weight."),
    ("modals", "Modals", "Attention catchers", "A question that has to be answered first."),
    ("tooltips", "Tooltips", "Attention catchers", "A short hint beside what it explains."),
    ("heroes", "Heroes", "Page sections", "What a page is about, before one scrolls."),
    ("features", "Features", "Page sections", "What something can do, in a few words each."),
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


def components(session: Session) -> Sequence[Component]:
    """All of them, in the catalogue's order."""
    return session.scalars(select(Component).order_by(Component.position)).all()


def sections(components: Iterable[Component]) -> dict[str, list[Component]]:
    """Each section's components, both in the order in which they come."""
    grouped: dict[str, list[Component]] = {}
    for component in components:
        grouped.setdefault(component.section, []).append(component)
    return grouped


def matching(components: Iterable[Component], wanted: str) -> list[Component]:
    """Those of which the name, the section and the summary together have every word."""
    words = wanted.casefold().split()
    return [
        component
        for component in components
        if all(
            word in f"{component.name} {component.section} {component.summary}".casefold()
            for word in words
        )
    ]


def neighbours(
    components: Sequence[Component], component: Component
) -> tuple[Component | None, Component | None]:
    """The one before and the one after."""
    place = components.index(component)
    before = components[place - 1] if place else None
    after = components[place + 1] if place + 1 < len(components) else None
    return before, after


def favourites(session: Session, account: Account) -> Sequence[Component]:
    """What an account keeps at hand, in the catalogue's order."""
    mine = select(Component).join(Favourite).where(Favourite.account_id == account.id)
    return session.scalars(mine.order_by(Component.position)).all()


def is_favourite(session: Session, account: Account, component: Component) -> bool:
    """Whether an account keeps a component at hand."""
    return session.get(Favourite, (account.id, component.slug)) is not None


def kept_by(session: Session, component: Component) -> int:
    """How many accounts keep a component at hand."""
    counted = select(func.count(Favourite.account_id)).where(Favourite.slug == component.slug)
    return session.scalars(counted).one()


def keep(session: Session, account: Account, component: Component, *, kept: bool) -> None:
    """Makes a component a favourite or none, whatever it was, once the caller commits."""
    mine = {"account_id": account.id, "slug": component.slug}
    if kept:
        added = upsert.insert(session, Favourite).values(**mine)
        session.execute(added.on_conflict_do_nothing())
    else:
        session.execute(delete(Favourite).filter_by(**mine))
