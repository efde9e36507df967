"""Signal handlers that the Django app installs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.signals import request_started
from django.template.loader import render_to_string
from pytest_django import Settings

from appkit.django.settings import current
from devkit.testing.django import keep_templates


@pytest.fixture
def _installed() -> Iterator[None]:
    """The handlers, which the other tests do without."""
    apps.get_app_config("appkit").ready()
    yield
    keep_templates()


@pytest.mark.usefixtures("_installed")
@pytest.mark.django_db(transaction=True)
def test_development_reloads_changed_templates(tmp_path: Path, settings: Settings) -> None:
    assert current().development
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    page = tmp_path / "page.html"
    page.write_text("old")
    assert render_to_string("page.html") == "old"
    page.write_text("new")
    request_started.send(object)
    assert render_to_string("page.html") == "new"
