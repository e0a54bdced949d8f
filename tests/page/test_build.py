"""The built files: their source's, self-contained, small, and safe to put any text into."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from page_digest import PAGES, built_digest, source_digest
from svertka.page import SLOT, render, studio

# No file grows unseen: the first is carried by every report and every notebook cell.
LARGEST = {"page": 400_000, "course": 700_000, "studio": 1_000_000}


@pytest.fixture(scope="module", params=PAGES, ids=lambda path: path.stem)
def built(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture(scope="module")
def page(built: Path) -> str:
    return built.read_text(encoding="utf-8")


def test_the_built_page_is_its_sources(built: Path) -> None:
    assert built_digest(built) == source_digest(), "build it again: make page"


def test_the_page_is_one_file_that_forbids_requests(built: Path, page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules.get("connect-src") == ("'self'" if built.stem == "studio" else None)
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


def test_the_page_stays_small(built: Path, page: str) -> None:
    assert len(page.encode()) <= LARGEST[built.stem]


def test_the_font_carries_its_licence(page: str) -> None:
    assert "SIL Open Font License 1.1" in page


def test_the_page_has_one_slot(page: str) -> None:
    assert page.count(SLOT) == 1


def test_lessons_are_drawn_by_the_file_that_knows_them() -> None:
    def source(kind: str) -> str:
        return render({"kind": kind}).partition('id="payload">')[0]

    texts = {built.stem: built.read_text("utf-8").partition(SLOT)[0] for built in PAGES}
    for kind, name in {
        "report": "page",
        "net": "page",
        "lesson": "course",
        "course": "course",
    }.items():
        assert source(kind).startswith(texts[name])
    assert texts["page"] != texts["course"]
    assert studio().startswith(texts["studio"])


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
