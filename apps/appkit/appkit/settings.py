"""The settings that all applications have in common; each application adds its own."""

import ipaddress
import re
import socket
import tempfile
from dataclasses import dataclass
from typing import Literal, Self

from appkit.env import DatabaseUrl, Environment
from appkit.proxy import Network

type EnvironmentName = Literal["development", "demo", "production"]

_DEVELOPMENT_SECRET = "for development only; other environments require a real secret"  # noqa: S105


@dataclass(frozen=True)
class Settings:
    """The settings of a process, read once from its environment variables."""

    environment: EnvironmentName
    app: str
    """Name of the service; the names of the cookies begin with it."""
    secret_key: str
    database: DatabaseUrl
    trusted_proxy: str
    """Host name of the proxy whose forwarded headers are trusted; empty: none is trusted."""
    trusted_networks: tuple[Network, ...]
    """Networks of the proxies in front of an application that has no proxy of ours."""
    release: str
    """Digest of the image."""
    threads: int
    port: int
    replica: str
    """Host name of the container, which the engine sets to the container's ID."""
    metrics_port: int | None = None
    """Port of the metrics, which is never published; None: no metrics are served."""

    @property
    def development(self) -> bool:
        return self.environment == "development"

    @property
    def demo_data(self) -> bool:
        """Whether demo data is loaded, so that no page is empty."""
        return self.environment != "production"

    @property
    def session_cookie(self) -> str:
        return f"{self.app}-session"

    @property
    def csrf_cookie(self) -> str:
        return f"{self.app}-csrf"

    @classmethod
    def read(cls, env: Environment, *, app: str | None = None) -> Self:
        """Reads all settings. `app` is used where `APP_NAME` is not set (outside an image).

        Problems are recorded in `env`, whose block raises them at its end.
        """
        names: tuple[EnvironmentName, ...] = ("development", "demo", "production")
        environment = env.choice("ENVIRONMENT", names)
        development = environment == "development"
        port = env.integer("PORT", 8000, minimum=1, maximum=65535)
        name = env.text(
            "APP_NAME",
            app,
            pattern=r"[a-z][a-z0-9-]*",
            form="lower-case letters, digits and dashes",
        )
        return cls(
            environment=environment,
            app=name,
            secret_key=env.secret("SECRET_KEY", _DEVELOPMENT_SECRET if development else None),
            database=env.database_url(
                "DATABASE_URL",
                f"sqlite:///{tempfile.gettempdir()}/{name}.sqlite3" if development else None,
            ),
            trusted_proxy=env.text(
                "TRUSTED_PROXY", "", pattern=r"[A-Za-z0-9._:-]+", form="a host name"
            ),
            trusted_networks=_networks(env, "TRUSTED_PROXIES"),
            release=env.text("RELEASE", "development", pattern=r"\S+", form="an image digest"),
            threads=env.integer("THREADS", 4, minimum=1, maximum=64),
            port=port,
            replica=socket.gethostname(),
            metrics_port=_metrics_port(env, port),
        )


def _networks(env: Environment, name: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas or spaces.

    A network of all addresses is refused, because everybody could then choose an address.
    """
    networks = []
    for text in re.split(r"[\s,]+", (env.raw(name) or "").strip(" ,")):
        try:
            network = ipaddress.ip_network(text, strict=False) if text else None
        except ValueError:
            network = None
        if network and network.prefixlen > 0:
            networks.append(network)
        elif text:
            env.problem(f"{name} must hold networks such as 10.0.0.0/8, separated by commas")
    return tuple(networks)


def _metrics_port(env: Environment, port: int) -> int | None:
    if env.raw("METRICS_PORT") is None:
        return None
    found = env.integer("METRICS_PORT", minimum=1, maximum=65535)
    if found == port:
        env.problem("METRICS_PORT must differ from PORT, which is published")
    return found


def read(app: str | None = None) -> Settings:
    """The common settings of this process. Raises `SettingError`."""
    with Environment() as env:
        return Settings.read(env, app=app)
