"""Parses a page, and checks the rules that hold for all pages."""

import re
from html.parser import HTMLParser
from itertools import pairwise

from werkzeug.test import TestResponse

from devkit.testing.flask import Browser

VOID = {"br", "hr", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """The elements of a page. Fails if they are not closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def values(self, *names: str) -> list[str]:
        return [
            value
            for _, attributes in self.elements
            for name, value in attributes.items()
            if name in names and value is not None
        ]

    def invalid_fields(self) -> list[str]:
        """The names of the fields that are marked as invalid."""
        return [
            str(found["name"]) for _, found in self.elements if found.get("aria-invalid") == "true"
        ]


def assert_sound(response: TestResponse, browser: Browser, prefix: str) -> Page:
    """Asserts the rules that hold for all pages, and returns the elements."""
    page = Page(response.text)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.values("lang") == ["en"]
    assert ("meta", {"name": "application-name", "content": "flask-soft-ui"}) in page.elements
    assert re.search(r"<title>.+ \| Soft UI</title>", response.text)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == tags.count("main") == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(b <= a + 1 for a, b in pairwise(levels)), levels
    assert "style" not in {name for _, attributes in page.elements for name in attributes}
    assert all("src" in found for tag, found in page.elements if tag == "script")
    for address in {*page.values("href", "src"), *page.values("action")}:
        assert address.startswith((f"{prefix}/", "#")), address
    for address in set(page.values("href", "src")):
        if "/static/" in address:
            with browser.get(address.removeprefix(prefix)) as file:
                assert file.status_code == 200
        elif not address.startswith("#"):
            assert browser.get(address.removeprefix(prefix)).status_code in (200, 303)
        elif address != "#wave":
            assert address.removeprefix("#") in ids
    for name in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
        for value in page.values(name):
            assert set(value.split()) <= set(ids), (name, value)
    labels = page.values("for")
    for tag, found in page.elements:
        if tag in ("input", "select", "textarea") and found.get("type") != "hidden":
            assert found.get("id") in labels or found.get("aria-label")
    return page
