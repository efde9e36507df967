"""The pages that everybody sees; the rules are in `catalogue` and `contact`."""

from datetime import UTC, datetime
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from appkit import limits
from appkit.flask.database import session
from appkit.flask.limits import Counts
from appkit.limits import Attempt, TooOften
from soft_ui import catalogue, contact
from soft_ui.examples import EXAMPLES
from soft_ui.models import Allowance

MESSAGES_PER_HOUR = "MESSAGES_PER_HOUR"
"""Key of `app.config`: how many messages one network may send."""

pages = Blueprint("pages", __name__)


@pages.get("/")
def landing() -> ResponseReturnValue:
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
def write() -> ResponseReturnValue:
    known = g.login.account if g.login else None
    draft = contact.Draft(name=known.name, email=known.email) if known else contact.Draft()
    return _form(draft, {})


@pages.post("/contact/")
def send() -> ResponseReturnValue:
    draft = contact.clean(request.form)
    if problems := contact.problems(draft):
        return _form(draft, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    allowed = contact.messages(current_app.config[MESSAGES_PER_HOUR])
    sending = Attempt(allowed, limits.network(request.remote_addr or ""))
    try:
        limits.consume(Counts(session(), Allowance), [sending], datetime.now(UTC))
    except TooOften as error:
        retry = {"Retry-After": str(error.seconds)}
        return _form(draft, {}, error), HTTPStatus.TOO_MANY_REQUESTS, retry
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


def _form(draft: contact.Draft, problems: dict[str, str], refusal: TooOften | None = None) -> str:
    return render_template(
        "contact.html", draft=draft, problems=problems, refusal=refusal, topics=contact.TOPICS
    )
