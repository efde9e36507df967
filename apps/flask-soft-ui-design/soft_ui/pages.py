"""The public pages; the rules are in `catalogue` and `contact`."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from appkit import limits
from appkit.flask.database import session
from appkit.flask.limits import Counts
from appkit.flask.revisions import kept
from appkit.limits import TooOften
from soft_ui import catalogue, contact
from soft_ui.examples import EXAMPLES
from soft_ui.models import Allowance
from soft_ui.responses import see_other, too_often

MESSAGES_PER_HOUR = "MESSAGES_PER_HOUR"
"""Key of `app.config`: the number of messages that one network can send in an hour."""

pages = Blueprint("pages", __name__)


@pages.get("/")
@kept("site")
def landing() -> str:
    count, latest = contact.tally(session())
    sections = catalogue.sections(catalogue.components(session()))
    return render_template("landing.html", sections=sections, messages=count, latest=latest)


@pages.get("/about/")
def about() -> ResponseReturnValue:
    return render_template(
        "about.html", components=len(EXAMPLES), examples=sum(map(len, EXAMPLES.values()))
    )


@pages.get("/author/")
def author() -> ResponseReturnValue:
    return render_template("author.html")


@pages.get("/contact/")
def contact_form() -> ResponseReturnValue:
    account = g.login.account if g.login else None
    draft = contact.Draft(account.name, account.email) if account else contact.Draft()
    return _render_form(draft, {})


@pages.post("/contact/")
def send_message() -> ResponseReturnValue:
    draft = contact.read_form(request.form)
    if problems := contact.problems(draft):
        return _render_form(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    allowed = contact.messages(current_app.config[MESSAGES_PER_HOUR])
    attempts = limits.network_attempts(allowed, request.remote_addr or "")
    try:
        limits.consume(Counts(session(), Allowance), attempts, datetime.now(UTC))
    except TooOften as error:
        return _render_form(draft, {}, error), *too_often(error)
    message = contact.store(session(), draft, current_app.config["REPLICA"])
    session().commit()
    flash("Thank you. Your message has arrived.")
    return see_other(url_for("pages.show_message", reference=message.reference))


@pages.get("/contact/<reference>/")
def show_message(reference: str) -> ResponseReturnValue:
    message = contact.find(session(), reference)
    if message is None:
        abort(
            HTTPStatus.NOT_FOUND,
            "There is no such message. Check that the address is complete.",
        )
    page = render_template(
        "message.html", message=message, email=contact.masked(message.email), topics=contact.TOPICS
    )
    return page, {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}


def _render_form(
    draft: contact.Draft, problems: dict[str, str], refusal: TooOften | None = None
) -> str:
    return render_template(
        "contact.html", draft=draft, problems=problems, refusal=refusal, topics=contact.TOPICS
    )
