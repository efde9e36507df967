"""Times that a client sends, which may have any zone that Python knows."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError


def to_utc(time: datetime) -> datetime:
    """The same instant in UTC; a time without a zone is in UTC. Raises `ValidationError`.

    Postgres refuses offsets beyond ±15:59, which ISO 8601 and Python allow.
    """
    try:
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValidationError("Enter a valid date and time.", code="invalid") from error
