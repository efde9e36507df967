"""The bare framework with one fixed page: the benchmark compares the application with it.

It runs in the application's own image, with its own server and settings. The file `page` beside it
holds the response body of the application.
"""

from importlib.util import find_spec
from pathlib import Path

import uvicorn

from appkit import settings as shared
from appkit.server.gateway import Gateway
from appkit.server.program import configuration
from appkit.server.workers import Workers

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

current = shared.read()


class Service:
    """The parts of `appkit.wsgi.ServiceMiddleware` that the server needs, without its work."""

    settings = current
    stuck = None
    observers = ()

    def __call__(self, environ, start_response):
        return application(environ, start_response)


uvicorn.Server(configuration(Gateway(Service(), Workers(current.threads)), current)).run()
