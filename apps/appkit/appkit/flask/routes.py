"""Reports the route of a request, such as `/products/<slug>`, to `ServiceMiddleware`."""

from flask import Flask, request

from appkit.wsgi import ROUTE


def report(app: Flask) -> None:
    @app.before_request
    def report_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule
