from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from appkit.flask import migrations
from appkit.flask.database import Database
from soft_ui import catalogue, contact, demo
from soft_ui.models import Component, Model
from soft_ui.project import project


def test_the_database_is_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        assert not migrations.drift(connection, Model.metadata)


def test_each_component_has_a_preview_and_each_preview_a_component(session: Session) -> None:
    previews = {path.stem for path in Path(project.folder, "templates/previews").glob("*.html")}
    assert set(session.scalars(select(Component.slug))) == previews


def test_loading_again_makes_the_table_right(session: Session) -> None:
    before = {component.slug: component.name for component in session.scalars(select(Component))}
    session.add(Component(slug="gone", name="Gone", section="X", summary="", position=99))
    session.get_one(Component, "buttons").name = "Knobs"
    session.delete(session.get_one(Component, "alerts"))
    session.flush()
    catalogue.load(session)
    session.flush()
    after = {component.slug: component.name for component in session.scalars(select(Component))}
    assert after == before


def test_sections_keep_the_order(session: Session) -> None:
    sections = catalogue.sections(session)
    assert list(sections) == ["Elements", "Navigation", "Input areas", "Attention catchers"]
    assert [component.slug for component in sections["Elements"]][:2] == ["buttons", "badges"]


@pytest.mark.parametrize("times", [1, 3])
def test_demo_messages_are_loaded_once(session: Session, times: int) -> None:
    for _ in range(times):
        demo.load(session)
        session.flush()
    assert contact.tally(session)[0] == 2


def test_demo_messages_obey_the_rules() -> None:
    assert all(contact.problems(draft) == {} for draft in demo.DRAFTS)
