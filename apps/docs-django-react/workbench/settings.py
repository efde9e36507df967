"""Django's settings of this application; what it shares with the others comes from appkit."""

from pathlib import Path
from typing import Any

from appkit import settings as shared
from appkit.django.settings import defaults

ROOT = Path(__file__).resolve().parent.parent
COMMON: dict[str, Any] = defaults(
    shared.read(app="docs-django-react"), package="workbench", root=ROOT
)

globals().update(COMMON)

# What Vite built: pages, and below `static` the files that they ask for.
BUNDLE = ROOT / "frontend" / "dist"

INSTALLED_APPS = [
    "appkit.django.apps.AppkitConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "workbench.sales",
    "workbench.diagrams",
    "workbench.pages",
]

MIDDLEWARE = [
    *COMMON["MIDDLEWARE"],
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
CSRF_FAILURE_VIEW = "workbench.api.csrf_failure"

# Whether visitors may draw, too: a demo is there to be played with.
OPEN_TO_EVERYONE = COMMON["APPKIT"].environment != "production"

# The addresses are told apart here, and have no slash at their end.
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BUNDLE],
        "OPTIONS": {
            "loaders": [
                ("django.template.loaders.cached.Loader", ["workbench.pages.bundle.Loader"])
            ],
            "builtins": ["workbench.pages.bundle"],
        },
    }
]

# Vite gives its files their hashes, and they name each other: nothing is left to collect.
STATIC_ROOT = BUNDLE / "static"
WHITENOISE_USE_FINDERS = False
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[A-Za-z0-9_-]{8}\.[a-z0-9]+$"

# The largest diagram that the rules allow takes about 200 kB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024

DEMO_DATA = "workbench.demo.load"
