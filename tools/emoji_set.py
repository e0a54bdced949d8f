"""The small colour set of the lesson on fine-tuning: glyphs of twenty kinds in four drawing styles.

    python tools/emoji_set.py [--size 64] [--out src/svertka/lessons/emoji.zip]

Needs ``npm``, the Python package ``playwright`` and Chromium; only regenerating needs them.
Every package is pinned; the licences are checked here and travel in the archive's NOTICE.

A class is a subgroup of Unicode's emoji list, as emojibase-data gives it. Glyphs of three styles
make train/ and val/; the fourth style, drawn by other people, is seen only in test/. One concept
(a duck, say) is wholly in train/ or wholly in val/, so that val/ measures new objects; test/ has
every concept in the unseen style. Skin tones and genders of one concept are left out.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import subprocess
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PACKAGES = {  # npm package: (version, licence, whose drawings)
    "@iconify-json/noto": ("1.2.9", "Apache-2.0", "Noto Emoji, Google Inc"),
    "@iconify-json/noto-v1": ("1.2.5", "Apache-2.0", "Noto Emoji of 2016 (blobs), Google Inc"),
    "@iconify-json/fluent-emoji-flat": ("1.2.6", "MIT", "Fluent Emoji, Microsoft Corporation"),
    "@iconify-json/twemoji": ("1.2.5", "CC-BY-4.0", "Twemoji, Twitter and other contributors"),
    "emojibase-data": ("17.0.0", "MIT", "names and groups, Miles Johnson"),
}
SEEN = ("noto", "noto-v1", "fluent-emoji-flat")
UNSEEN = "twemoji"
CLASSES = {
    "aircraft": ("transport-air",),
    "bird": ("animal-bird",),
    "bug": ("animal-bug",),
    "building": ("place-building",),
    "clothing": ("clothing",),
    "drink": ("drink",),
    "face": ("face-smiling", "face-neutral-skeptical", "face-concerned"),
    "flower": ("plant-flower",),
    "fruit": ("food-fruit",),
    "instrument": ("musical-instrument",),
    "mammal": ("animal-mammal",),
    "meal": ("food-prepared",),
    "person": ("person-role",),
    "sea_animal": ("animal-marine",),
    "sport": ("sport",),
    "sweet": ("food-sweet",),
    "tool": ("tool",),
    "vegetable": ("food-vegetable",),
    "vehicle": ("transport-ground",),
    "weather": ("sky-weather",),
}
MOST_CONCEPTS = 30  # of a class
VAL_SHARE = 0.15
COLUMNS = 32  # of the sheet that Chromium draws
COLOURS = 64  # of a picture's palette: a third of the bytes, and no difference that an eye sees


@dataclass(frozen=True)
class Glyph:
    """One drawing of one concept."""

    kind: str
    concept: str
    style: str
    svg: str


def fetch(folder: Path) -> dict[str, Path]:
    """The pinned packages, unpacked; a licence that is not the expected one stops here."""
    places = {}
    for name, (version, licence, _) in PACKAGES.items():
        command = ["npm", "pack", "--silent", f"{name}@{version}"]
        done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
        place = folder / name.replace("/", "_")
        with tarfile.open(folder / done.stdout.strip()) as packed:
            packed.extractall(place, filter="data")
        places[name] = place / "package"
        stated = json.loads((places[name] / "package.json").read_text())["license"]
        if stated != licence:
            raise SystemExit(f"{name} {version} is licensed {stated}, expected {licence}")
    return places


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def concepts(places: dict[str, Path]) -> dict[str, list[str]]:
    """Class: names of its glyphs, at most MOST_CONCEPTS, drawn by a fixed seed."""
    data = places["emojibase-data"]
    numbers = {name: int(k) for k, name in _read(data / "meta/groups.json")["subgroups"].items()}
    names = _read(places["@iconify-json/twemoji"] / "chars.json")
    found = {}
    for kind, subgroups in CLASSES.items():
        wanted = {numbers[name] for name in subgroups}
        codes = [
            entry["hexcode"].lower()
            for entry in _read(data / "en/data.json")
            if entry.get("subgroup") in wanted and "gender" not in entry
        ]
        known = [names.get(code) or names.get(code.replace("-fe0f", "")) for code in codes]
        kept = [name for name in known if name]
        random.Random(kind).shuffle(kept)
        found[kind] = sorted(kept[:MOST_CONCEPTS])
    return found


def glyphs(places: dict[str, Path]) -> list[Glyph]:
    """Every drawing that a style has of the chosen concepts."""
    drawn = []
    for style in (*SEEN, UNSEEN):
        icons = _read(places[f"@iconify-json/{style}"] / "icons.json")
        for kind, names in concepts(places).items():
            for name in names:
                icon = icons["icons"].get(name)
                if icon is None:
                    continue
                width = icon.get("width", icons["width"])
                height = icon.get("height", icons["height"])
                svg = (
                    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
                    f"{icon['body']}</svg>"
                )
                drawn.append(Glyph(kind, name, style, svg))
    return drawn


def draw(glyphs: list[Glyph], size: int) -> list[bytes]:
    """PNG bytes of every glyph on white, drawn by Chromium on one sheet."""
    from base64 import b64encode

    from PIL import Image
    from playwright.sync_api import sync_playwright

    pad = max(1, size // 16)
    cells = "".join(  # pictures, not inline SVG: ids of gradients must not meet
        f'<img src="data:image/svg+xml;base64,{b64encode(glyph.svg.encode()).decode()}">'
        for glyph in glyphs
    )
    style = (
        f"body{{margin:0;font-size:0;width:{size * COLUMNS}px}}"
        f"img{{width:{size - 2 * pad}px;height:{size - 2 * pad}px;padding:{pad}px}}"
    )
    rows = -(-len(glyphs) // COLUMNS)
    with sync_playwright() as player:
        browser = player.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": size * COLUMNS, "height": size * rows})
        page.set_content(f"<style>{style}</style>{cells}", wait_until="load")
        page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        sheet = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        browser.close()
    pictures = []
    for k in range(len(glyphs)):
        left, top = k % COLUMNS * size, k // COLUMNS * size
        picture = sheet.crop((left, top, left + size, top + size))
        if picture.getextrema() == ((255, 255),) * 3:
            raise SystemExit(f"{glyphs[k].style} {glyphs[k].concept}: nothing was drawn")
        buffer = io.BytesIO()
        palette = picture.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(buffer, "PNG", optimize=True)
        pictures.append(buffer.getvalue())
    return pictures


def part(glyph: Glyph) -> str:
    """train, val or test: by style first, then by concept."""
    if glyph.style == UNSEEN:
        return "test"
    return "val" if random.Random(glyph.concept).random() < VAL_SHARE else "train"


def notice() -> str:
    lines = [
        "Glyphs drawn from these npm packages by tools/emoji_set.py of svertka",
        "(scaled, put on white, reduced to 64 colours):",
        "",
    ]
    for name, (version, licence, what) in PACKAGES.items():
        lines.append(f"{name} {version}: {what}. Licence: {licence}")
    lines += [
        "",
        "Apache-2.0: https://www.apache.org/licenses/LICENSE-2.0",
        "MIT (Fluent Emoji): https://github.com/microsoft/fluentui-emoji/blob/main/LICENSE",
        "CC-BY-4.0: https://creativecommons.org/licenses/by/4.0/",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=64, help="pixels of a side")
    parser.add_argument("--out", type=Path, default=Path("src/svertka/lessons/emoji.zip"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        places = fetch(Path(folder))
        drawn = glyphs(places)
        pictures = draw(drawn, options.size)
    counts: dict[str, int] = {}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(options.out, "w", zipfile.ZIP_STORED) as archive:
        when = (2026, 1, 1, 0, 0, 0)  # the same bytes each time
        archive.writestr(zipfile.ZipInfo("NOTICE", when), notice())
        for glyph, picture in zip(drawn, pictures, strict=True):
            where = part(glyph)
            counts[where] = counts.get(where, 0) + 1
            name = f"emoji/{where}/{glyph.kind}/{glyph.concept}.{glyph.style}.png"
            archive.writestr(zipfile.ZipInfo(name, when), picture)
    print(f"{options.out}: {counts}, {options.out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
