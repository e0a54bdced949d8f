"""How well near-duplicates are found: copies that must be, drawings that must not, and how fast.

    python benchmarks/likeness.py [--copies 500]

Of each set a number of pictures is copied in one way; recall is the share that ends in the group
of its original. What is grouped in the set itself is counted apart: of drawings of one label, by
look-alikes of different labels. Photographs are pieces of five pictures that come with
scikit-learn and scikit-image. Where Fashion-MNIST is installed, all 70,000 are timed.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

from svertka.data import open_data
from svertka.data.builtin import FASHION_FOLDER
from svertka.data.likeness import identical, like_pairs
from svertka.data.split import joined
from tables import publish, table

Change = Callable[[np.ndarray], np.ndarray]


def image_of(picture: np.ndarray) -> Image.Image:
    """A picture (H, W, C) for Pillow."""
    return Image.fromarray(picture.squeeze(-1) if picture.shape[-1] == 1 else picture)


def jpeg(quality: int) -> Change:
    """Saved as JPEG and read again."""

    def change(picture: np.ndarray) -> np.ndarray:
        file = io.BytesIO()
        image_of(picture).save(file, "JPEG", quality=quality)
        return np.asarray(Image.open(file)).reshape(picture.shape)

    return change


def resized(factor: float) -> Change:
    """Resized and back."""

    def change(picture: np.ndarray) -> np.ndarray:
        image = image_of(picture)
        size = round(image.width * factor), round(image.height * factor)
        there = image.resize(size, Image.Resampling.BILINEAR)
        back = there.resize(image.size, Image.Resampling.BILINEAR)
        return np.asarray(back).reshape(picture.shape)

    return change


def cropped(share: float) -> Change:
    """A share cut off at every side, the rest enlarged."""

    def change(picture: np.ndarray) -> np.ndarray:
        image = image_of(picture)
        x, y = image.width * share, image.height * share
        box = (x, y, image.width - x, image.height - y)
        whole = image.resize(image.size, Image.Resampling.BILINEAR, box)
        return np.asarray(whole).reshape(picture.shape)

    return change


def shaded(gain: float, offset: float) -> Change:
    """Brighter or darker."""
    return lambda picture: np.clip(picture * gain + offset, 0, 255).astype(np.uint8)


COPIES: dict[str, Change] = {
    "JPEG, quality 90": jpeg(90),
    "JPEG, quality 75": jpeg(75),
    "JPEG, quality 50": jpeg(50),
    "twice as large and back": resized(2),
    "0.7 of its side and back": resized(0.7),
    "half its side and back": resized(0.5),
    "brighter: 1.15 x + 10": shaded(1.15, 10),
    "darker: 0.8 x": shaded(0.8, 0),
    "cropped by 1% a side": cropped(0.01),
    "cropped by 3% a side": cropped(0.03),
}


def photographs(count: int = 1500, side: int = 64) -> np.ndarray:
    """Pieces of photographs, at places and sizes drawn from a seed."""
    import skimage.data
    from sklearn.datasets import load_sample_images

    whole = [*load_sample_images().images]
    whole += [skimage.data.astronaut(), skimage.data.chelsea(), skimage.data.coffee()]
    rng = np.random.default_rng(0)
    pieces = []
    for _ in range(count):
        x = whole[rng.integers(len(whole))]
        piece = rng.integers(90, min(x.shape[:2]) // 2)
        top, left = rng.integers(0, x.shape[0] - piece), rng.integers(0, x.shape[1] - piece)
        cut = Image.fromarray(np.ascontiguousarray(x[top : top + piece, left : left + piece]))
        pieces.append(np.asarray(cut.resize((side, side), Image.Resampling.BILINEAR)))
    return np.stack(pieces)


def drawings(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels of a built-in set, as packed."""
    parts = open_data(name).parts.values()
    return np.concatenate([p.x for p in parts]), np.concatenate([p.y for p in parts])


def recall(x: np.ndarray, change: Change, copies: int) -> float:
    """The share of copies that are grouped with their originals."""
    rows = np.random.default_rng(0).permutation(len(x))[:copies]
    changed = np.stack([change(picture) for picture in x[rows]])
    both = np.concatenate([x, changed])
    same = identical(both)
    group = joined(same, pairs=like_pairs(both, same).rows)
    return float((group[rows] == group[len(x) :]).mean())


def grouped(name: str, x: np.ndarray, y: np.ndarray | None) -> list[str]:
    """A row on what is grouped in a set itself, and the time that takes."""
    start = time.perf_counter()
    same = identical(x)
    pairs = like_pairs(x, same)
    group = joined(same, pairs=pairs.rows)
    seconds = time.perf_counter() - start
    sizes = np.bincount(group)
    torn = "" if y is None else str(int((y[pairs.rows[:, 0]] != y[pairs.rows[:, 1]]).sum()))
    inside = int(sizes[sizes > 1].sum())
    return [name, f"{len(x):,}", f"{inside:,}", str(sizes.max()), torn, f"{seconds:.1f}"]


def main() -> None:
    """Measure and publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copies", type=int, default=500)
    copies = parser.parse_args().copies
    sets: dict[str, tuple[np.ndarray, np.ndarray | None]] = {
        "digits": drawings("digits"),
        "fashion": drawings("fashion"),
        "photographs": (photographs(), None),
    }
    found = [
        [kind, *(f"{recall(x, change, copies):.3f}" for x, _ in sets.values())]
        for kind, change in COPIES.items()
    ]
    body = [f"Recall of {copies} copies of each kind:", table(["copy", *sets], found)]
    if FASHION_FOLDER.is_dir():
        sets["fashion-full"] = drawings("fashion-full")
    head = ["set", "pictures", "in groups", "largest group", "pairs of two labels", "seconds"]
    rows = [grouped(name, x, y) for name, (x, y) in sets.items()]
    body += ["What is grouped in the sets themselves:", table(head, rows)]
    publish(
        "likeness",
        "Near-duplicates",
        "\n\n".join(body),
        f"python benchmarks/likeness.py --copies {copies}",
    )


if __name__ == "__main__":
    main()
