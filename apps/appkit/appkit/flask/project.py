"""The description of one Flask application, and the WSGI application built from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.flask import csrf, database, errors, responses, routes, static
from appkit.flask.hosts import HostCheck
from appkit.settings import Settings
from appkit.sweeper import Sweeper
from appkit.wsgi import ServiceMiddleware, content_security_policy

POLICY = "CONTENT_SECURITY_POLICY"
"""Key of `app.config`: changes of the Content-Security-Policy, from directive to sources."""

REPLICA = "REPLICA"
"""Key of `app.config`: the name of this container in the list of the Docker engine."""

type Loader = Callable[[Session], None]

_MAX_REQUEST_BYTES = 1024 * 1024


def _no_settings(_: Environment) -> Mapping[str, Any]:
    return {}


def _no_sweepers(_: Flask) -> Sequence[Sweeper]:
    return ()


@dataclass(frozen=True)
class Project:
    """An application: a package with `templates/`, `static/` and `migrations/`.

    `build` registers blueprints and filters. `configure` reads the application's own settings
    into `app.config`. Each `prepare` runs the loaders, every one in a transaction of its own, so
    they must be idempotent: first `loaders` and then, except in production, `demo_loaders`.
    """

    name: str
    """The name of the service, unless APP_NAME is set."""
    package: str
    folder: Path
    build: Callable[[Flask], None]
    configure: Callable[[Environment], Mapping[str, Any]] = _no_settings
    loaders: Sequence[Loader] = ()
    demo_loaders: Sequence[Loader] = ()
    sweepers: Callable[[Flask], Sequence[Sweeper]] = _no_sweepers
    """The tasks that a serving process does regularly."""

    def read(self, env: Environment | None = None) -> tuple[Settings, Mapping[str, Any]]:
        """The shared settings and the application's own. Raises `SettingError`."""
        with env or Environment() as values:
            settings, config = Settings.read(values, app=self.name), self.configure(values)
        return settings, config

    def flask(self, settings: Settings, config: Mapping[str, Any]) -> Flask:
        """The Flask application; it does not connect to its database yet."""
        app = Flask(self.package, root_path=str(self.folder), static_folder=None)
        app.config.update(
            SECRET_KEY=settings.secret_key,
            # `ServiceMiddleware` adds the flag `Secure` to the cookies of a request over https.
            SESSION_COOKIE_NAME=settings.session_cookie,
            SESSION_COOKIE_PATH="/",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            MAX_CONTENT_LENGTH=_MAX_REQUEST_BYTES,
            TEMPLATES_AUTO_RELOAD=settings.development,
        )
        app.wsgi_app = HostCheck(app.wsgi_app)  # type: ignore[method-assign]
        app.config[POLICY] = {}
        app.config[REPLICA] = settings.replica
        app.config.update(config)
        app.jinja_env.undefined = StrictUndefined
        app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
        app.jinja_env.globals["app_name"] = settings.app
        app.jinja_env.globals["replica"] = settings.replica
        database.attach(app, database.Database(self.package, settings.database, settings.threads))
        # First, because a refused request has no body, and so no valid form.
        errors.register_error_pages(app)
        csrf.protect(app)
        responses.set_headers(app)
        routes.record_routes(app)
        static.serve(app, self.folder / "static", reload=settings.development)
        self.build(app)
        return app

    def wsgi(self, env: Environment | None = None) -> ServiceMiddleware:
        """The application in its middleware, for the server. Raises `SettingError`."""
        settings, config = self.read(env)
        app = self.flask(settings, config)
        policy = content_security_policy(app.config[POLICY])
        return ServiceMiddleware(
            app,
            settings=settings,
            database=database.database_of(app),
            policy=policy,
            sweepers=self.sweepers(app),
        )
