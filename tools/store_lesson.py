"""Compute the outcome of lessons that take minutes, and keep it in the package.

tools/store_lesson.py NAME...
"""

from __future__ import annotations

import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

from svertka.lessons.registry import find
from svertka.machine import processor_name

PLACE = Path(__file__).resolve().parent.parent / "src/svertka/lessons/stored"


def store(name: str) -> Path:
    """Every state of a lesson, with where, when and how it was made."""
    lesson = find(name).at(again=True)
    start = time.perf_counter()
    states = {lesson.key(values): lesson.state(values) for values in lesson.every()}
    origin = {
        "command": f"svertka lesson {name} --again",
        "machine": processor_name(),
        "versions": {
            "python": platform.python_version(),
            "torch": version("torch").partition("+")[0],
            "numpy": version("numpy"),
        },
        "date": time.strftime("%Y-%m-%d"),
        "seconds": round(time.perf_counter() - start, 1),
    }
    file = PLACE / f"{name}.json"
    file.parent.mkdir(exist_ok=True)
    text = json.dumps({"origin": origin, "states": states}, ensure_ascii=False, allow_nan=False)
    file.write_text(text + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    for wanted in sys.argv[1:]:
        print(store(wanted))
