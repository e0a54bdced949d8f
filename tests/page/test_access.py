"""Nothing serious for axe-core to find, in either theme, wide and narrow."""

from __future__ import annotations

from importlib.resources import files

import pytest

from compared import comparison
from payloads import PAYLOADS
from shown import Show, open_everything

pytestmark = pytest.mark.browser

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const result = await axe.run(document, { resultTypes: ['violations'] });
  const about = (node) => `${node.html.slice(0, 160)} ${node.failureSummary}`;
  return result.violations
    .filter((found) => found.impact === 'serious' || found.impact === 'critical')
    .map((found) => `${found.id}: ${found.nodes.slice(0, 3).map(about).join(' | ')}`);
}"""


KINDS = {**PAYLOADS, "comparison": comparison}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    "kind", ["report", "hostile", "net", "predictions", "unknown", "many", "comparison"]
)
def test_axe_finds_nothing_serious(show: Show, kind: str, theme: str) -> None:
    for width, lang in ((1280, "ru"), (360, "en")):
        page = show(KINDS[kind](), lang=lang, theme=theme, width=width).page
        if kind != "many":
            open_everything(page)
        page.evaluate(AXE)
        assert page.evaluate(RUN) == []
