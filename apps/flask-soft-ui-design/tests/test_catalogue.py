from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from appkit.flask import migrations
from appkit.flask.database import Database
from soft_ui import catalogue, contact, demo
from soft_ui.models import Account, Component, Model
from soft_ui.project import project


@pytest.mark.sqlite
def test_the_migrations_match_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        assert not migrations.drift(connection, Model.metadata)


def test_components_and_previews_match(session: Session) -> None:
    previews = {path.stem for path in Path(project.folder, "templates/previews").glob("*.html")}
    assert set(session.scalars(select(Component.slug))) == previews


@pytest.mark.sqlite
def test_loading_the_catalogue_restores_the_table(session: Session) -> None:
    before = {component.slug: component.name for component in session.scalars(select(Component))}
    session.add(Component(slug="gone", name="Gone", section="X", summary="", position=99))
    session.get_one(Component, "buttons").name = "Knobs"
    session.delete(session.get_one(Component, "alerts"))
    session.flush()
    catalogue.load(session)
    session.flush()
    after = {component.slug: component.name for component in session.scalars(select(Component))}
    assert after == before


def test_sections_are_in_the_order_of_the_catalogue(session: Session) -> None:
    sections = catalogue.sections(catalogue.components(session))
    assert list(sections) == [
        "Elements",
        "Navigation",
        "Input areas",
        "Attention catchers",
        "Page sections",
    ]
    assert [component.slug for component in sections["Elements"]][:2] == ["buttons", "badges"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 18),
        ("navigation", 4),
        ("NAVIGATION back", 1),
        ("  toggles  ", 1),
        ("nothing of ours", 0),
        ("%", 0),
        ("\0", 0),
    ],
)
def test_search(session: Session, query: str, found: int) -> None:
    assert len(catalogue.matching(catalogue.components(session), query)) == found


def test_the_neighbours_of_a_component(session: Session) -> None:
    first, second, *_, last = catalogue.components(session)
    components = catalogue.components(session)
    assert catalogue.neighbours(components, first) == (None, second)
    assert catalogue.neighbours(components, second)[0] is first
    assert catalogue.neighbours(components, last) == (components[-2], None)


@pytest.mark.sqlite
@pytest.mark.parametrize("times", [1, 3])
def test_demo_data_are_added_once(session: Session, times: int) -> None:
    for _ in range(times):
        demo.load(session)
        session.flush()
    assert contact.tally(session)[0] == 2
    assert session.scalar(select(func.count(Account.id))) == 2
    buttons = session.get_one(Component, "buttons")
    assert catalogue.favourite_count(session, buttons) == 2


def test_demo_data_do_not_change_an_existing_account(session: Session) -> None:
    existing = Account(
        name="X", email="visitor@example.org", password="x", created=datetime.now(UTC)
    )
    session.add(existing)
    session.flush()
    demo.load(session)
    assert existing.name == "X"
    assert session.scalar(select(func.count(Account.id))) == 2
    assert catalogue.favourites(session, existing) == []


def test_demo_messages_are_valid() -> None:
    assert all(contact.problems(draft) == {} for draft in demo.DRAFTS)
