"""The account of whoever is signed in: its API tokens and its sessions."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import sessions, tokens
from accounts.forms import SignInForm, TokenForm
from accounts.models import Session
from appkit.django.sign_in import ChangePasswordForm, with_form_status


def _posted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A form's target. Who comes by its address, having signed in anew, is led to the form."""

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
    """The page; what its form sends makes a token.

    The answer to that is the page itself, not a redirect: nothing would keep the key on the way.
    """
    if request.method != "POST":
        return _show(request, TokenForm())
    form = TokenForm(request.POST)
    if form.is_valid():
        name: str = form.cleaned_data["name"]
        try:
            key = tokens.issue(_user(request), name)
        except ValidationError as error:
            form.add_error("name", error)
        else:
            return _show(request, TokenForm(), key=key, key_name=name)
    return _show(request, form, status=400)


@_posted
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_user(request).tokens, pk=pk)
    token.delete()
    messages.success(request, f"Revoked: {token.name}. Nobody can book with it any more.")
    return redirect("account")


@_posted
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_others(_user(request), request.session.session_key)
    messages.success(request, f"Signed out everywhere else ({ended}).")
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

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "The password is changed; other sessions have ended.")
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return with_form_status(super().form_invalid(form))


def _user(request: HttpRequest) -> User:
    # `login_required` stands before every page that asks.
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def _show(request: HttpRequest, form: TokenForm, *, status: int = 200, **more: str) -> HttpResponse:
    user = _user(request)
    context = {
        "form": form,
        "tokens": user.tokens.all(),
        "most_tokens": tokens.MOST,
        "sessions": [
            _described(session, request.session.session_key) for session in sessions.living(user)
        ],
        **more,
    }
    return render(request, "accounts/account.html", context, status=status)


def _described(session: Session, current: str | None) -> dict[str, Any]:
    data = sessions.SessionStore().decode(session.session_data)
    started = data.get(sessions.STARTED)
    return {
        "started": started and datetime.fromisoformat(started),
        "browser": data.get(sessions.BROWSER) or "unknown browser",
        "expires": session.expire_date,
        "current": session.session_key == current,
    }
