"""Sign-in, and the account page with its API tokens and sessions."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import sessions, tokens
from accounts.forms import SignInForm, TokenForm
from accounts.models import Session
from appkit.django.sign_in import ChangePasswordForm, with_form_status

MAX_LISTED_SESSIONS = 20


def _form_action(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Requires an account. A GET, such as the redirect after a sign-in, leads to the account page.

    That redirect happens when the session has expired before the form is submitted.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("account")
        return view(request, *args, **kwargs)

    return login_required(guarded)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Shows the account; a POST creates an API token.

    The response to a POST is the page and not a redirect, because the key is not stored.
    """
    if request.method != "POST":
        return _render(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid():
        name: str = form.cleaned_data["name"]
        scope, lifetime = form.cleaned_data["scope"], form.cleaned_data["days"]
        try:
            key = tokens.issue(_user(request), name, scope, lifetime)
        except ValidationError as error:
            form.add_error("name", error)
        else:
            return _render(request, TokenForm(), key=key, key_name=name)
    return _render(request, form, status=400)


@_form_action
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_user(request).tokens, pk=pk)
    token.delete()
    messages.success(request, f"Revoked: {token.name}. Requests with this token now fail.")
    return redirect("account")


@_form_action
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_other_sessions(_user(request), request.session.session_key)
    messages.success(request, f"Other sessions ended: {ended}.")
    return redirect("account")


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def form_invalid(self, form: Any) -> HttpResponse:
        return with_form_status(super().form_invalid(form))


class ChangePassword(PasswordChangeView):
    form_class = ChangePasswordForm
    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        user = _user(self.request)
        stored = User.objects.select_for_update().get(pk=user.pk)
        if stored.password != user.password:
            # Another request changed it after this one had checked the old password.
            message = form.error_messages["password_incorrect"]
            form.add_error("old_password", ValidationError(message, code="password_incorrect"))
            return self.form_invalid(form)
        sessions.end_other_sessions(user, self.request.session.session_key)
        user.tokens.all().delete()
        messages.success(
            self.request,
            "The password was changed. All other sessions were ended, and all tokens revoked.",
        )
        # Also gives this session a new key and cookie.
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return with_form_status(super().form_invalid(form))


def _user(request: HttpRequest) -> User:
    # Every view that calls this function has `login_required`.
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _render(
    request: HttpRequest, form: TokenForm, *, status: int = 200, **more: str
) -> HttpResponse:
    user, current = _user(request), request.session.session_key
    active = sessions.active_sessions(user)
    context = {
        "form": form,
        "tokens": user.tokens.all(),
        "sessions": [
            _session_row(session, current)
            for session in sessions.newest(active, current, MAX_LISTED_SESSIONS)
        ],
        "more_sessions": max(0, active.count() - MAX_LISTED_SESSIONS),
        **more,
    }
    return render(request, "accounts/account.html", context, status=status)


def _session_row(session: Session, current: str | None) -> dict[str, Any]:
    data = sessions.SessionStore().decode(session.session_data)
    started = data.get(sessions.STARTED)
    return {
        "started": started and datetime.fromisoformat(started),
        "browser": data.get(sessions.BROWSER) or "unknown browser",
        "expires": session.expire_date,
        "current": session.session_key == current,
    }
