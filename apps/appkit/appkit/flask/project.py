"""What one Flask application consists of, and the application made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.orm import Session

from appkit.env import Environment
from appkit.flask import csrf, database, errors, responses, routes, static
from appkit.settings import Settings
from appkit.wsgi import ShopFloor, content_security_policy, shop_floor

POLICY = "CONTENT_SECURITY_POLICY"
"""Key of `app.config`: what the application changes in the policy, directive to sources."""

REPLICA = "REPLICA"
"""Key of `app.config`: the name of this container, as the engine lists it."""

type Loader = Callable[[Session], None]

_LARGEST_REQUEST = 1024 * 1024


def _nothing_of_its_own(_: Environment) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Project:
    """An application: a package with `templates/`, `static/`, `migrations/`, and what it adds.

    `build` registers blueprints and filters. `configure` reads the application's own settings
    into `app.config`. Loaders run in each `prepare`, so they must bear being repeated, each in a
    transaction of its own: `loaders` everywhere, `demo_loaders` after them and never in
    production.
    """

    name: str
    """Of the service, where APP_NAME does not say it."""
    package: str
    folder: Path
    build: Callable[[Flask], None]
    configure: Callable[[Environment], Mapping[str, Any]] = _nothing_of_its_own
    loaders: Sequence[Loader] = ()
    demo_loaders: Sequence[Loader] = ()

    def read(self, env: Environment | None = None) -> tuple[Settings, Mapping[str, Any]]:
        """The shared settings and the application's own. Raises `SettingError`."""
        with env or Environment() as values:
            settings, config = Settings.read(values, app=self.name), self.configure(values)
        return settings, config

    def flask(self, settings: Settings, config: Mapping[str, Any]) -> Flask:
        """The Flask application; its database is not contacted yet."""
        app = Flask(self.package, root_path=str(self.folder), static_folder=None)
        app.config.update(
            SECRET_KEY=settings.secret_key,
            SESSION_COOKIE_NAME=settings.session_cookie,
            SESSION_COOKIE_PATH="/",
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=settings.secure,
            MAX_CONTENT_LENGTH=_LARGEST_REQUEST,
            TEMPLATES_AUTO_RELOAD=settings.development,
        )
        app.config[POLICY] = {}
        app.config[REPLICA] = settings.replica
        app.config.update(config)
        app.jinja_env.undefined = StrictUndefined
        app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
        app.jinja_env.globals["app_name"] = settings.app
        app.jinja_env.globals["replica"] = settings.replica
        database.attach(app, database.Database(self.package, settings.database, settings.threads))
        csrf.protect(app)
        errors.handle(app)
        responses.finish(app)
        routes.tell(app)
        static.serve(app, self.folder / "static", reload=settings.development)
        self.build(app)
        return app

    def wsgi(self, env: Environment | None = None) -> ShopFloor:
        """What gunicorn serves: the application on the shop floor. Raises `SettingError`."""
        settings, config = self.read(env)
        app = self.flask(settings, config)
        policy = content_security_policy(app.config[POLICY])
        return shop_floor(app, settings=settings, database=database.database_of(app), policy=policy)
