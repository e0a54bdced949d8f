"""Nothing serious for axe-core to find, in either theme, wide and narrow."""

from __future__ import annotations

import pytest

from compared import comparison
from payloads import PAYLOADS
from shown import Show, grave, open_everything

pytestmark = pytest.mark.browser

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
        assert grave(page) == []
