"""Damaged pictures by the thousand: each must be a picture or a reason, soon, and never the end.

    python benchmarks/mutated.py [--count 10000] [--slow 0.1]

Every kind of file in ``tests/support/mutated.py`` in turn, damaged as a function of a number, is
decoded to 224 pixels in a process of its own, so that a crash or a hang costs one picture and is
counted. Times are of the processor, decoding alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path

from tables import publish, table

HANG = 10.0  # seconds after which a picture is given up
TESTS = Path(__file__).resolve().parents[1] / "tests" / "support"


def work(start: int, count: int) -> None:
    """Decode mutants ``start`` to ``count`` and write a line on each."""
    sys.path.insert(0, str(TESTS))
    from mutated import mutant, pictures
    from svertka.data.decode import Form, decode, quiet
    from svertka.data.items import Held
    from svertka.data.raw import BadPicture

    kinds = list(pictures().items())
    form = Form((224, 224), 3)
    with quiet():
        for _, whole in kinds:  # decoders load their tables when they are first used
            decode(_held(Held, whole), form)
        for number in range(start, count):
            kind, whole = kinds[number % len(kinds)]
            item = _held(Held, mutant(number, whole))
            began, why = time.thread_time(), ""
            try:
                decode(item, form)
            except BadPicture as bad:
                why = str(bad) or "NO REASON"
            print(json.dumps([number, kind, time.thread_time() - began, why]), flush=True)


def _held(kind: type, data: bytes) -> object:
    """An item that has these bytes."""
    item = kind.__new__(kind)
    item.id, item.stamp, item.data, item.why = "", (0, 0, 0), data, ""
    return item


def run(count: int) -> tuple[list[list], Counter[str]]:
    """The lines of all workers, and what ended some of them."""
    lines: list[list] = []
    ends: Counter[str] = Counter()
    start = 0
    while start < count:
        command = [sys.executable, __file__, "--work", str(start), "--count", str(count)]
        quiet = subprocess.DEVNULL  # libtiff writes there of its own accord
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True)
        assert worker.stdout is not None
        watch = threading.Timer(3 * HANG, worker.kill)  # the first line waits for imports
        watch.start()
        for line in worker.stdout:
            watch.cancel()
            lines.append(json.loads(line))
            watch = threading.Timer(HANG, worker.kill)
            watch.start()
        watch.cancel()
        start = lines[-1][0] + 1 if lines else start
        if worker.wait() and start < count:
            ends["hang" if worker.returncode == -9 else "crash"] += 1
            start += 1
    return lines, ends


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--slow", type=float, default=0.1)
    parser.add_argument("--work", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work is not None:
        work(options.work, options.count)
        return
    lines, ends = run(options.count)
    by_kind: dict[str, list[list]] = defaultdict(list)
    for line in lines:
        by_kind[line[1]].append(line)
    rows = []
    for kind, found in sorted(by_kind.items()):
        refused = [why for *_, why in found if why]
        slowest = max(seconds for _, _, seconds, _ in found)
        reasons = len(set(refused))
        rows.append(
            [kind, f"{len(found)}", f"{len(refused)}", f"{reasons}", f"{1e3 * slowest:.1f}"]
        )
    slow = sum(seconds > options.slow for _, _, seconds, _ in lines)
    silent = sum(why == "NO REASON" for *_, why in lines)
    head = ["kind", "damaged", "refused", "different reasons", "slowest, ms"]
    summary = (
        f"{len(lines):,} pictures: {ends['crash']} crashes, {ends['hang']} hangs, {slow} slower "
        f"than {1e3 * options.slow:.0f} ms, {silent} without a reason."
    )
    command = f"python benchmarks/mutated.py --count {options.count}"
    publish("mutated", "Damaged pictures", f"{summary}\n\n{table(head, rows)}", command)


if __name__ == "__main__":
    main()
