"""Are the built pages younger than their source? Answers without Node.js, by their own digest."""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = tuple(ROOT / f"src/svertka/page/{name}.html" for name in ("page", "course", "studio"))
# As in page/build/source.ts, which writes the digest into the pages.
PARTS = (
    "build",
    "fonts",
    "index.html",
    "package-lock.json",
    "package.json",
    "src",
    "svelte.config.js",
    "tsconfig.json",
    "vite.config.ts",
)


def source_digest(page: Path = ROOT / "page") -> str:
    """SHA-256 over the names and contents of everything that decides the built pages."""
    files = [path for part in PARTS for path in (page / part, *(page / part).rglob("*"))]
    names = sorted(str(path.relative_to(page)) for path in files if path.is_file())
    whole = hashlib.sha256()
    for name in names:
        inner = hashlib.sha256((page / name).read_bytes()).hexdigest()
        whole.update(f"{name} {inner}\n".encode())
    return whole.hexdigest()


def built_digest(built: Path) -> str:
    """The digest of the source that ``built`` was made from."""
    found = re.search(r'<meta name="source" content="([0-9a-f]{64})">', built.read_text("utf-8"))
    return found[1] if found else ""


if __name__ == "__main__":
    for page in PAGES:
        if source_digest() != built_digest(page):
            sys.exit(
                f"{page.relative_to(ROOT)} is older than its source. Build it again: make page"
            )
    print("page: the committed files were built from this source (by its digest).")
