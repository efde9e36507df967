"""The pages; the rules are in `catalogue` and `contact`."""

from http import HTTPStatus

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appkit.flask.database import session
from soft_ui import catalogue, contact

pages = Blueprint("pages", __name__)


@pages.get("/")
def landing() -> ResponseReturnValue:
    count, latest = contact.tally(session())
    sections = catalogue.sections(session())
    return render_template("landing.html", sections=sections, messages=count, latest=latest)


@pages.get("/contact/")
def write() -> ResponseReturnValue:
    return _form(contact.Draft(), {})


@pages.post("/contact/")
def send() -> ResponseReturnValue:
    draft = contact.clean(request.form)
    if problems := contact.problems(draft):
        return _form(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    message = contact.store(session(), draft, current_app.config["REPLICA"])
    session().commit()
    flash("Thank you. Your message has arrived.")
    return redirect(url_for("pages.received", reference=message.reference), HTTPStatus.SEE_OTHER)


@pages.get("/contact/<reference>/")
def received(reference: str) -> ResponseReturnValue:
    found = contact.find(session(), reference)
    if found is None:
        abort(HTTPStatus.NOT_FOUND, "No message has this reference. Check that it is complete.")
    page = render_template(
        "message.html", message=found, email=contact.masked(found.email), topics=contact.TOPICS
    )
    return page, {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


def _form(draft: contact.Draft, problems: dict[str, str]) -> str:
    return render_template("contact.html", draft=draft, problems=problems, topics=contact.TOPICS)
