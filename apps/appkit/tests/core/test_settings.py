"""The settings that all applications have in common."""

from ipaddress import ip_network

import pytest

from appkit import settings
from appkit.env import Environment, SettingError
from appkit.settings import Settings

PRODUCTION = {
    "ENVIRONMENT": "production",
    "APP_NAME": "shop",
    "SECRET_KEY": "k" * 40,
    "DATABASE_URL": "postgres://me@db/shop",
}


def read(values: dict[str, str], app: str | None = None) -> Settings:
    with Environment(values) as env:
        return Settings.read(env, app=app)


def test_development_needs_no_other_setting() -> None:
    found = read({"ENVIRONMENT": "development"}, app="shop")
    assert found.development
    assert found.database.engine == "sqlite"
    assert found.database.name.endswith("/shop.sqlite3")
    assert (found.port, found.threads) == (8000, 4)
    assert (found.session_cookie, found.csrf_cookie) == ("shop-session", "shop-csrf")


@pytest.mark.parametrize(("value", "port"), [("", None), ("9100", 9100)])
def test_metrics_are_optional(value: str, port: int | None) -> None:
    assert read({**PRODUCTION, "METRICS_PORT": value}).metrics_port == port


def test_production_reads_its_settings() -> None:
    found = read({**PRODUCTION, "TRUSTED_PROXY": "reverse-proxy"})
    assert not found.development
    assert found.trusted_proxy == "reverse-proxy"
    assert found.trusted_networks == ()


@pytest.mark.parametrize("text", ["10.0.0.0/8,2001:db8::1", " 10.0.0.0/8 , 2001:db8::1,"])
def test_networks_are_separated_by_commas_or_spaces(text: str) -> None:
    expected = (ip_network("10.0.0.0/8"), ip_network("2001:db8::1/128"))
    assert read({**PRODUCTION, "TRUSTED_PROXIES": text}).trusted_networks == expected


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"ENVIRONMENT": ""}, "ENVIRONMENT"),
        ({"ENVIRONMENT": "prod"}, "ENVIRONMENT"),
        ({"APP_NAME": ""}, "APP_NAME"),
        ({"APP_NAME": "Shop; path=/"}, "APP_NAME"),
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"TRUSTED_PROXY": "a b"}, "TRUSTED_PROXY"),
        ({"TRUSTED_PROXIES": "10.0.0.0/33"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "10.0.0.1, terminator"}, "TRUSTED_PROXIES"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "TRUSTED_PROXIES"),
        ({"RELEASE": "a b"}, "RELEASE"),
        ({"THREADS": "0"}, "THREADS"),
        ({"PORT": "70000"}, "PORT"),
        ({"METRICS_PORT": "0"}, "METRICS_PORT"),
        ({"METRICS_PORT": "9100", "PORT": "9100"}, "METRICS_PORT must differ from PORT"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named):
        read({**PRODUCTION, **changes})


def test_the_process_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("APP_NAME", "from-here")
    assert settings.read(app="not-this").app == "from-here"
