"""The pages of the components; what they show is in `catalogue` and `examples`."""

from http import HTTPStatus

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appkit.flask.database import session
from soft_ui import catalogue
from soft_ui.account_pages import signed_in
from soft_ui.examples import EXAMPLES
from soft_ui.models import Component

pages = Blueprint("components", __name__, url_prefix="/components")

LONGEST_SEARCH = 60


@pages.get("/")
def index() -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    found = catalogue.matching(catalogue.components(session()), wanted)
    return render_template(
        "components.html", sections=catalogue.sections(found), found=len(found), wanted=wanted
    )


@pages.get("/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    components = catalogue.components(session())
    component = _find(slug)
    before, after = catalogue.neighbours(components, component)
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
        kept_by=catalogue.kept_by(session(), component),
        before=before,
        after=after,
    )


@pages.post("/<slug>/favourite/")
@signed_in
def keep(slug: str) -> ResponseReturnValue:
    component = _find(slug)
    kept = request.form.get("keep") == "yes"
    catalogue.keep(session(), g.login.account, component, kept=kept)
    name = component.name
    session().commit()
    flash(f"{name} {'is now' if kept else 'is no longer'} among your favourites.")
    return redirect(url_for("components.show", slug=slug), HTTPStatus.SEE_OTHER)


def _find(slug: str) -> Component:
    """The component of a page. Aborts with 404 when there is none."""
    component = session().get(Component, slug) if slug in EXAMPLES else None
    if component is None:
        abort(HTTPStatus.NOT_FOUND, "There is no such component. Look through all of them instead.")
    return component
