"""The filters at a click are those of the network language."""

from __future__ import annotations

import json
import re

from page_digest import ROOT
from svertka.grammar.kernels import KERNELS

SOURCE = (ROOT / "page/src/lib/kernels.ts").read_text(encoding="utf-8")


def test_the_pages_kernels_are_the_languages() -> None:
    found = {
        name: json.loads(re.sub(r"(\d+) / 16", lambda m: str(int(m[1]) / 16), numbers))
        for name, numbers in re.findall(r"^  (\w+): (\[\[.+\]\]),$", SOURCE, re.MULTILINE)
    }
    assert found.pop("identity") == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert found == {name: [list(row) for row in rows] for name, rows in KERNELS.items()}
