"""Take the pictures of the READMEs: the report of a run, in English and in Russian.

    python tools/readme_pictures.py runs/digits-1

Chromium is needed (tools/browser.sh). The pictures are reduced to 128 colours, which is enough for
a page and a fifth of the size.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

DOCS = Path(__file__).parent.parent / "docs"
WIDTH, HEIGHT = 1200, 1400


def take(report: Path, language: str) -> Path:
    """One picture of the top of the report."""
    place = DOCS / f"report-{language}.png"
    with tempfile.TemporaryDirectory() as profile:
        command = [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
            "--virtual-time-budget=3000",
            f"--user-data-dir={profile}",
            f"--window-size={WIDTH},{HEIGHT}",
            f"--screenshot={place}",
            f"{report.resolve().as_uri()}?lang={language}",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    with Image.open(place) as picture:
        few = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(place, optimize=True)
    return place


if __name__ == "__main__":
    for language in ("en", "ru"):
        place = take(Path(sys.argv[1]) / "report.html", language)
        print(f"{place}: {place.stat().st_size / 1000:.0f} kB")
