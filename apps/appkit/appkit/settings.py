"""The settings that every application has; each adds its own beside them."""

import socket
import tempfile
from dataclasses import dataclass
from typing import Literal, Self

from appkit.env import DatabaseUrl, Environment

type Stage = Literal["development", "demo", "production"]

_DEVELOPMENT_SECRET = "for development only; everywhere else a real one is required"  # noqa: S105


@dataclass(frozen=True)
class Settings:
    """What a process was told by its environment, parsed once."""

    environment: Stage
    app: str
    """Name of the service; cookie names derive from it."""
    secret_key: str
    database: DatabaseUrl
    trusted_proxy: str
    """Host name whose addresses' forwarded headers are trusted; empty: nobody's."""
    public_scheme: Literal["http", "https"]
    release: str
    """Digest of the image that runs."""
    threads: int
    port: int
    replica: str
    """Host name of the container, as the engine lists it."""
    metrics_port: int | None = None
    """Where Prometheus may ask, if it may; never published."""

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def demo_data(self) -> bool:
        """Whether invented data may be loaded, so that no page is empty."""
        return self.environment != "production"

    @property
    def secure(self) -> bool:
        """Whether cookies are for https only."""
        return self.public_scheme == "https"

    @property
    def session_cookie(self) -> str:
        return f"{self.app}-session"

    @property
    def csrf_cookie(self) -> str:
        return f"{self.app}-csrf"

    @classmethod
    def read(cls, env: Environment, *, app: str | None = None) -> Self:
        """Reads them all. `app` is the name where `APP_NAME` is not set (outside the image).

        Problems are left in `env`, which raises them when its block ends.
        """
        stages: tuple[Stage, ...] = ("development", "demo", "production")
        stage = env.choice("ENVIRONMENT", stages)
        development = stage == "development"
        port = env.integer("PORT", 8000, least=1, most=65535)
        name = env.text(
            "APP_NAME", app, pattern=r"[a-z][a-z0-9-]*", what="lower-case letters, digits, dashes"
        )
        return cls(
            environment=stage,
            app=name,
            secret_key=env.secret("SECRET_KEY", _DEVELOPMENT_SECRET if development else None),
            database=env.database_url(
                "DATABASE_URL",
                f"sqlite:///{tempfile.gettempdir()}/{name}.sqlite3" if development else None,
            ),
            trusted_proxy=env.text(
                "TRUSTED_PROXY", "", pattern=r"[A-Za-z0-9._:-]+", what="a host name"
            ),
            public_scheme=env.choice("PUBLIC_SCHEME", ("http", "https"), "http"),
            release=env.text("RELEASE", "development", pattern=r"\S+", what="an image digest"),
            threads=env.integer("THREADS", 4, least=1, most=64),
            port=port,
            replica=socket.gethostname(),
            metrics_port=_metrics_port(env, port),
        )


def _metrics_port(env: Environment, port: int) -> int | None:
    if env.raw("METRICS_PORT") is None:
        return None
    found = env.integer("METRICS_PORT", least=1, most=65535)
    if found == port:
        env.problem("METRICS_PORT must differ from PORT, which is published")
    return found


def read(app: str | None = None) -> Settings:
    """The shared settings from this process's environment, or `SettingError`."""
    with Environment() as env:
        return Settings.read(env, app=app)
