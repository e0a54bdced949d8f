"""The built file: its source's, self-contained, small, and safe to put any text into."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from page_digest import PAGE, built_digest, source_digest
from svertka.page import SLOT, render


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_built_page_is_its_sources() -> None:
    assert built_digest() == source_digest(), "build it again: make page"


def test_the_page_is_one_file_that_forbids_requests(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    assert rules["default-src"] == "'none'"
    assert "http" not in policy[1]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert not re.search(r'<(?:script|link|img)[^>]+(?:src|href)="(?!data:)', page)
    assert "@import" not in page


def test_only_the_pages_own_scripts_may_run(page: str) -> None:
    scripts = re.findall(r"<script(?: type=\"module\")?>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in page


def test_the_page_stays_small(page: str) -> None:
    assert len(page.encode()) <= 380_000


def test_the_font_carries_its_licence(page: str) -> None:
    assert "SIL Open Font License 1.1" in page


def test_the_page_has_one_slot(page: str) -> None:
    assert page.count(SLOT) == 1


@pytest.mark.parametrize(
    "text",
    ["</script><script>x</script>", "<!--<script>", "]]>", "a\u2028b", "&lt;", "\\", '"', "\x00"],
)
def test_no_text_can_end_the_data(text: str) -> None:
    html = render({"kind": "x", text: [text]})
    inside = re.search(r'id="payload">(.*?)</script>', html, re.DOTALL)
    assert inside
    assert not set("<>&\u2028\u2029") & set(inside[1])
    assert json.loads(inside[1]) == {"kind": "x", text: [text]}


def test_numbers_that_json_does_not_know_are_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        render({"loss": float("nan")})
