"""The typeface of printed homework: Golos Text of page/fonts as two TrueType files.

pip install fonttools brotli; tools/sheet_font.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
FROM, TO = ROOT / "page/fonts", ROOT / "src/svertka/lessons/exercises"

for name, weight in (("regular", 400), ("bold", 700)):
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for script in ("latin", "cyrillic"):
            font = TTFont(FROM / f"golos-{script}.woff2", recalcTimestamp=False)
            font = instantiateVariableFont(font, {"wght": weight})
            font.flavor = None
            for table in ("GSUB", "GPOS", "GDEF", "STAT", "HVAR", "MVAR"):
                if table in font:
                    del font[table]
            parts.append(f"{folder}/{script}.ttf")
            font.save(parts[-1])
        merged = Merger().merge(parts)
        merged.recalcTimestamp = False
        merged.save(TO / f"golos-{name}.ttf")
    print(TO / f"golos-{name}.ttf")
