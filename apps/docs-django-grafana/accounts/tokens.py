"""API tokens: made once, shown once, looked up by their digest."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import ApiToken

PREFIX = "ldg_"
"""By which a scanner for leaked secrets knows a key."""

MOST = 10
"""Tokens of one account."""

_USED_AGAIN = timedelta(minutes=1)


def digest(key: str) -> str:
    """A key has 256 random bits: neither salt nor a slow hash would add anything."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def issue(user: User, name: str) -> str:
    """Makes a token of `user` and returns its key, which is stored nowhere.

    Raises `ValidationError` when the name is taken or there are `MOST` already.
    """
    # The row of the account is the lock: two requests at once count one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    if user.tokens.filter(name=name).exists():
        raise ValidationError("You have a token of that name: choose another.")
    if user.tokens.count() >= MOST:
        raise ValidationError(f"You have {MOST} tokens: revoke one that you no longer need.")
    key = PREFIX + secrets.token_urlsafe(32)
    user.tokens.create(name=name, digest=digest(key))
    return key


class BearerAuthentication(TokenAuthentication):
    """`Authorization: Bearer KEY`."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[User, ApiToken]:
        token = ApiToken.objects.select_related("user").filter(digest=digest(key)).first()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed("This token is unknown or was revoked.")
        now = timezone.now()
        # At most one write a minute, also when five replicas see the token together.
        ApiToken.objects.filter(
            Q(last_used=None) | Q(last_used__lt=now - _USED_AGAIN), pk=token.pk
        ).update(last_used=now)
        return token.user, token
