"""The revision of a group of tables, as Django reads it."""

import pytest

from appkit.django.models import Revision
from appkit.django.revisions import read


@pytest.mark.django_db
def test_the_token_is_read() -> None:
    assert read("things") is None
    assert str(Revision.objects.create(name="things", token="t")) == "things at t"
    assert read("things") == "t"
