"""Records the matched route of a request, such as `/products/<slug>`, for the middleware."""

from flask import Flask, request

from appkit.wsgi import ROUTE


def record_routes(app: Flask) -> None:
    @app.before_request
    def record_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule
