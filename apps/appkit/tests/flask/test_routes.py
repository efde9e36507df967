from typing import Any

import pytest
from flask import Flask, request

from appkit.flask import routes
from appkit.wsgi import ROUTE


@pytest.mark.parametrize(
    ("path", "route"), [("/products/mug", "/products/<slug>"), ("/none", None)]
)
def test_the_matched_route_is_recorded(path: str, route: str | None) -> None:
    app = Flask("shop")
    seen: list[Any] = []
    routes.record_routes(app)
    app.add_url_rule("/products/<slug>", view_func=lambda slug: slug, endpoint="product")

    @app.teardown_request
    def collect(_error: BaseException | None) -> None:
        seen.append(request.environ.get(ROUTE))

    app.test_client().get(path)
    assert seen == [route]
