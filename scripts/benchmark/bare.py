"""The least that a framework needs to serve one page: what an application is compared with.

Runs in an application's own image, with its own gunicorn. Beside it lies `page`, the bytes that the
application itself answered.
"""

from importlib.util import find_spec
from pathlib import Path

PAGE = Path(__file__).with_name("page").read_bytes()

if find_spec("flask"):
    from flask import Flask

    application = Flask(__name__)
    application.add_url_rule("/", view_func=lambda: PAGE)
else:
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="unused")
    urlpatterns = [path("", lambda request: HttpResponse(PAGE))]
    application = get_wsgi_application()
