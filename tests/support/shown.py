"""A page in the browser, and what tests do with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import TypeAlias

from playwright.sync_api import Page


@dataclass
class Opened:
    """A page, and what it said and asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    # Of the studio: the address of its server.
    home: str = "file:"

    @property
    def outside(self) -> list[str]:
        """Requests to anywhere but the file itself, or the server that it came from."""
        own = (self.home, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]


Show: TypeAlias = Callable[..., Opened]
Visit: TypeAlias = Callable[..., Opened]

# Every text that is seen or read aloud, but for names that someone else chose.
WORDS = """() => {
  const skip = (e) => e.closest('[translate="no"], script, style, noscript, pre, button[lang]');
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (e && !skip(e)) found.push(walk.currentNode.data);
  }
  for (const e of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]'))
    if (!skip(e)) for (const a of ['aria-label', 'title', 'alt', 'placeholder'])
      if (e.hasAttribute(a)) found.push(e.getAttribute(a));
  return found;
}"""


OPEN = """() => {
  const files = /CSV|JSON|SVG|Copy|Скопировать/;
  for (const button of [...document.querySelectorAll('main .button')])
    if (button.ariaExpanded !== 'true' && !files.test(button.innerText)) button.click();
}"""


def open_everything(page: Page) -> None:
    """Show what is hidden at first: numbers, all rows, all parts."""
    page.evaluate(OPEN)
    page.wait_for_timeout(50)


RUN_AXE = """async () => {
  const result = await axe.run(document, { resultTypes: ['violations'] });
  const about = (node) => `${node.html.slice(0, 160)} ${node.failureSummary}`;
  return result.violations
    .filter((found) => found.impact === 'serious' || found.impact === 'critical')
    .map((found) => `${found.id}: ${found.nodes.slice(0, 3).map(about).join(' | ')}`);
}"""


@cache
def axe() -> str:
    """The source of axe-core."""
    return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def grave(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    page.evaluate(axe())
    found: list[str] = page.evaluate(RUN_AXE)
    return found


def in_one_language(page: Page, lang: str, own: set[str], like: str = r"(?!)") -> None:
    """All texts of a page are in ``lang``, but for its ``own`` words and those ``like`` a pattern,
    and none is a number or a name that is missing."""
    texts = page.evaluate(WORDS)
    words = {w for text in texts for w in re.findall(r"[A-Za-z][A-Za-z0-9_]+", text)}
    if lang == "ru":
        assert {w for w in words - own if not re.fullmatch(like, w)} == set()
    else:
        assert [text for text in texts if re.search("[а-яё]", text, re.IGNORECASE)] == []
    assert not {"undefined", "NaN", "Infinity"} & words


def well_drawn(opened: Opened, *, lang: str, width: int, own: set[str]) -> None:
    """A page, opened part by part, fits its window, speaks one language (but for its ``own``
    words), can be read by everyone, complains of nothing and asks nobody."""
    page = opened.page
    open_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    in_one_language(page, lang, own)
    assert grave(page) == []
    assert opened.complaints == []
    assert opened.outside == []
