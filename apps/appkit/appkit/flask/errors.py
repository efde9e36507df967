"""The application's own error pages, and 503 while its database is down."""

import logging
from http import HTTPStatus

from flask import Flask, Response, abort, make_response, render_template, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from appkit.flask.database import UNAVAILABLE, database_of, reason
from appkit.wsgi import REFUSED

TEMPLATE = "error.html"

_RETRY_SECONDS = 2

logger = logging.getLogger(__name__)


def register_error_pages(app: Flask) -> None:
    """Renders the application's `error.html` for each error, with `status` and `message`.

    `status` is an HTTPStatus. The template must not use the database, because it is rendered also
    while the database is down.
    """

    @app.before_request
    def refuse() -> None:
        """Answers a request that the server refused, such as one with a body that is too large."""
        status: HTTPStatus | None = request.environ.get(REFUSED)
        if status is not None:
            abort(status)

    @app.errorhandler(HTTPException)
    def render_error(error: HTTPException) -> Response:
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
        database_of(app).report_failure(error)
        return render_error(
            ServiceUnavailable(
                "The database does not respond at the moment. Try again shortly.",
                retry_after=_RETRY_SECONDS,
            )
        )

    for kind in UNAVAILABLE:
        app.register_error_handler(kind, unavailable)
