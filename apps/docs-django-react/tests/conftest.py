from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.urls import set_script_prefix
from pytest_django.fixtures import Settings

from devkit.testing import use_reproducible_examples
from devkit.testing.django import keep_templates
from workbench.sales.models import Channel, Product, Sale

use_reproducible_examples()

INDEX = """<!doctype html>
<meta name="application-name" content="docs-django-react" />
<meta name="base-path" content="./" />
<script type="module" src="./static/index-B2vkdYML.js"></script>
"""


@pytest.fixture(scope="session", autouse=True)
def _compiled_templates() -> None:
    keep_templates()


@pytest.fixture(autouse=True)
def bundle(tmp_path: Path, settings: Settings) -> Path:
    """A minimal copy of the output of Vite."""
    folder = tmp_path / "dist"
    (folder / "static").mkdir(parents=True)
    (folder / "index.html").write_text(INDEX)
    for name in ("400.html", "500.html", "503.html"):
        (folder / name).write_text(f'{name}<link rel="stylesheet" href="./static/main.css">')
    (folder / "static" / "index-B2vkdYML.js").write_text("draw()")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [folder]}]
    settings.STATIC_ROOT = folder / "static"
    # In development whitenoise looks files up on each request; in production it does not.
    settings.WHITENOISE_AUTOREFRESH = False
    return folder


@pytest.fixture(autouse=True)
def _fast_password_hasher(settings: Settings) -> None:
    # The production hasher is slow by design.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db: None) -> User:
    """A user with the password `open sesame`."""
    return User.objects.create_user("ada", password="open sesame")


@pytest.fixture(params=["", "/django-react"])
def mount(request: pytest.FixtureRequest) -> Iterator[str]:
    """The path that the application is mounted at: the root, then a prefix."""
    set_script_prefix(f"{request.param}/")
    yield request.param
    set_script_prefix("/")


@pytest.fixture
def sell(db: None) -> Callable[..., Sale]:
    """Creates a sale: `sell(days before 31 March 2026, product, channel, units, cents)`."""

    def _sell(
        age: int,
        product: str = "Lamp",
        channel: Channel = Channel.ONLINE,
        units: int = 1,
        amount: int = 1000,
    ) -> Sale:
        sold, _ = Product.objects.get_or_create(name=product, defaults={"category": "Things"})
        return Sale.objects.create(
            product=sold,
            channel=channel,
            sold_on=date(2026, 3, 31) - timedelta(days=age),
            units=units,
            amount=amount,
        )

    return _sell
