"""The components that the site shows: their order, search and favourites."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from appkit.flask import upsert
from soft_ui.models import Account, Component, Favourite

_CATALOGUE = (
    ("buttons", "Buttons", "Elements", "Gradients for what matters, outlines for everything else."),
    ("badges", "Badges", "Elements", "A word or a number that shows a state."),
    ("avatars", "Avatars", "Elements", "Pictures of people, or their initials."),
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
    ("forms", "Forms", "Input areas", "Fields that belong together, and a button to send them."),
    (
        "alerts",
        "Alerts",
        "Attention catchers",
        "A message about an event, in the colour of its severity.",
    ),
    ("modals", "Modals", "Attention catchers", "A question that has to be answered first."),
    ("tooltips", "Tooltips", "Attention catchers", "A short hint beside what it explains."),
    ("heroes", "Heroes", "Page sections", "The subject of a page, at its top."),
    ("features", "Features", "Page sections", "Features of a product, in a few words each."),
)


def load(session: Session) -> None:
    """Adds, changes and removes rows so that the table matches this release."""
    stored = {component.slug: component for component in session.scalars(select(Component))}
    for position, (slug, name, section, summary) in enumerate(_CATALOGUE):
        stored.pop(slug, None)
        session.merge(
            Component(slug=slug, name=name, section=section, summary=summary, position=position)
        )
    for removed in stored.values():
        session.delete(removed)


def components(session: Session) -> Sequence[Component]:
    """All components, in the order of the catalogue."""
    return session.scalars(select(Component).order_by(Component.position)).all()


def sections(components: Iterable[Component]) -> dict[str, list[Component]]:
    """The components by section, in their given order."""
    grouped: dict[str, list[Component]] = {}
    for component in components:
        grouped.setdefault(component.section, []).append(component)
    return grouped


def matching(components: Iterable[Component], query: str) -> list[Component]:
    """The components whose name, section and summary together contain every word of the query."""
    words = query.casefold().split()
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
    """The previous and the next component."""
    place = components.index(component)
    previous = components[place - 1] if place else None
    following = components[place + 1] if place + 1 < len(components) else None
    return previous, following


def favourites(session: Session, account: Account) -> Sequence[Component]:
    """The favourites of an account, in the order of the catalogue."""
    query = select(Component).join(Favourite).where(Favourite.account_id == account.id)
    return session.scalars(query.order_by(Component.position)).all()


def is_favourite(session: Session, account: Account, component: Component) -> bool:
    """Whether a component is a favourite of an account."""
    return session.get(Favourite, (account.id, component.slug)) is not None


def favourite_count(session: Session, component: Component) -> int:
    """The number of accounts that have a component as a favourite."""
    query = select(func.count(Favourite.account_id)).where(Favourite.slug == component.slug)
    return session.scalars(query).one()


def set_favourite(
    session: Session, account: Account, component: Component, *, favourite: bool
) -> None:
    """Adds or removes a favourite, whether it exists or not; the caller commits."""
    key = {"account_id": account.id, "slug": component.slug}
    if favourite:
        added = upsert.insert(session, Favourite).values(**key)
        session.execute(added.on_conflict_do_nothing())
    else:
        session.execute(delete(Favourite).filter_by(**key))
