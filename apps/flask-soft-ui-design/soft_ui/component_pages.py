"""The pages of the components; their content is in `catalogue` and `examples`."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appkit.flask.database import session
from appkit.flask.revisions import kept
from soft_ui import catalogue
from soft_ui.examples import EXAMPLES
from soft_ui.login import login_required
from soft_ui.models import Component
from soft_ui.responses import see_other

pages = Blueprint("components", __name__, url_prefix="/components")

MAX_QUERY_LENGTH = 60


@pages.get("/")
@kept("site")
def index() -> str:
    query = request.args.get("q", "").strip()[:MAX_QUERY_LENGTH]
    found = catalogue.matching(catalogue.components(session()), query)
    return render_template(
        "components.html", sections=catalogue.sections(found), found=len(found), query=query
    )


@pages.get("/<slug>/")
@kept("site")
def show(slug: str) -> str:
    components = catalogue.components(session())
    component = _find(slug)
    previous, following = catalogue.neighbours(components, component)
    favourite = g.login is not None and catalogue.is_favourite(
        session(), g.login.account, component
    )
    examples = [
        (example, render_template(f"examples/{slug}/{example.name}.html", here=f"#{example.name}"))
        for example in EXAMPLES[slug]
    ]
    return render_template(
        "component.html",
        component=component,
        sections=catalogue.sections(components),
        examples=examples,
        favourite=favourite,
        favourite_count=catalogue.favourite_count(session(), component),
        previous=previous,
        following=following,
    )


@pages.post("/<slug>/favourite/")
@login_required
def set_favourite(slug: str) -> ResponseReturnValue:
    component = _find(slug)
    favourite = request.form.get("favourite") == "yes"
    catalogue.set_favourite(session(), g.login.account, component, favourite=favourite)
    name = component.name
    session().commit()
    flash(f"{name} {'is now' if favourite else 'is no longer'} among your favourites.")
    return see_other(url_for("components.show", slug=slug))


def _find(slug: str) -> Component:
    """The component with this slug. Responds with 404 if there is none."""
    component = session().get(Component, slug) if slug in EXAMPLES else None
    if component is None:
        abort(
            HTTPStatus.NOT_FOUND,
            "There is no such component. Choose one from the list of components.",
        )
    return component
