"""Error pages in the application's own design, and 503 while the database is down."""

import logging
from http import HTTPStatus

from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from appkit.flask.database import UNAVAILABLE, database_of, reason

TEMPLATE = "error.html"

_RETRY_SECONDS = 2

logger = logging.getLogger(__name__)


def handle(app: Flask) -> None:
    """Answers each error with the application's template `error.html`.

    Its variables are `status` (an HTTPStatus) and `message`. The page must not use the database,
    because it is also shown while the database is down.
    """

    @app.errorhandler(HTTPException)
    def show(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        page = make_response(
            render_template(TEMPLATE, status=status, message=error.description), status
        )
        for name, value in error.get_headers():
            if name != "Content-Type":
                page.headers[name] = value
        page.headers["Cache-Control"] = "no-store"
        return page

    def unavailable(error: Exception) -> Response:
        logger.error("the database does not answer: %s", reason(error))
        database_of(app).failed(error)
        return show(
            ServiceUnavailable(
                "Our database does not answer just now. Try again in a moment.",
                retry_after=_RETRY_SECONDS,
            )
        )

    for kind in UNAVAILABLE:
        app.register_error_handler(kind, unavailable)
