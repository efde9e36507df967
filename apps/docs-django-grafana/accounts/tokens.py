"""API tokens: their key is shown once, and a request is matched by the digest of its key."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import DEFAULT_LIFETIME, ApiToken, Scope

PREFIX = "ldg_"
"""Start of every key, by which a secret scanner recognises a leaked one."""

MAX_TOKENS = 10
"""Tokens that one account can have."""

_LAST_USED_PRECISION = timedelta(minutes=1)


def digest(key: str) -> str:
    """SHA-256 suffices: a key has 256 random bits, which no attacker can guess."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def issue(
    user: User,
    name: str,
    scope: Scope = Scope.WRITE,
    lifetime: timedelta = DEFAULT_LIFETIME,
) -> str:
    """Creates a token for `user` and returns its key, which is not stored.

    Deletes the tokens of `user` that have expired.
    Raises `ValidationError` if the name is taken or `user` has `MAX_TOKENS` tokens.
    """
    # Locks the row of the account, so that concurrent requests count one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    now = timezone.now()
    user.tokens.filter(expires__lte=now).delete()
    if user.tokens.filter(name=name).exists():
        raise ValidationError(
            "You already have a token with this name: choose another name.", code="name_taken"
        )
    if user.tokens.count() >= MAX_TOKENS:
        raise ValidationError(
            f"You have {MAX_TOKENS} tokens, which is the limit: revoke one first.", code="limit"
        )
    key = PREFIX + secrets.token_urlsafe(32)
    user.tokens.create(name=name, digest=digest(key), scope=scope, expires=now + lifetime)
    return key


class BearerAuthentication(TokenAuthentication):
    """`Authorization: Bearer KEY`."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        found: tuple[User, ApiToken] | None = super().authenticate(request)
        # Checked here, and not by a permission class, because a view can replace those.
        if found and found[1].scope != Scope.WRITE and request.method not in SAFE_METHODS:
            raise PermissionDenied("This token allows reading only.")
        return found

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        token = ApiToken.objects.select_related("user").filter(digest=digest(key)).first()
        if token is None or token.expired or not token.user.is_active:
            raise AuthenticationFailed(
                "This token is unknown, revoked or expired: create a token on the account page."
            )
        now = timezone.now()
        # The condition is in the statement: concurrent replicas write once a minute in total.
        ApiToken.objects.filter(
            Q(last_used=None) | Q(last_used__lt=now - _LAST_USED_PRECISION), pk=token.pk
        ).update(last_used=now)
        return token.user, token
