"""Tells the shell which route a request took, as `/products/<slug>`."""

from flask import Flask, request

from appkit.wsgi import ROUTE


def tell(app: Flask) -> None:
    @app.before_request
    def tell_route() -> None:
        if request.url_rule is not None:
            request.environ[ROUTE] = request.url_rule.rule
