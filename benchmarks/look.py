"""What a look costs: one picture of 224 x 224 on its way through a network, to a page on disk.

    python benchmarks/look.py [--repeats 5] [--only resnet18]

Each network runs in a process of its own; its weights are drawn at random, which changes no time
and no size of the page. Seconds are those of the look and of writing the page, set-up aside, the
median of the repeats after one that warms up. Memory is the peak above the process with the built
network; beside it what all activations would take at once. Results go to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import publish, table

NETS = ("resnet18", "resnet50", "vgg16", "efficientnet_lite0")
SIDE = 224
MB = 1e6
LIMITS = {"seconds": 3.0, "page": 8.0}


def measure(net: str, repeats: int, plain: bool, heat: bool) -> dict[str, float]:
    """Look ``repeats`` times through a network, in this process."""
    import numpy as np
    import torch

    from svertka import runtime
    from svertka.data import InputContract
    from svertka.grammar import resolve
    from svertka.look import Subject
    from svertka.nets.build import build
    from svertka.nets.catalogue import find
    from svertka.nets.weights.known import IMAGENET_MEAN, IMAGENET_STD
    from svertka.workbench.looking import look_at

    runtime.set_threads()
    torch.manual_seed(0)
    plan = resolve(find(net), input=(3, SIDE, SIDE), classes=1000)
    module = build(plan).eval()
    contract = InputContract(
        size=(SIDE, SIDE),
        channels=3,
        mean=IMAGENET_MEAN,
        std=IMAGENET_STD,
        classes=tuple(f"class {i}" for i in range(1000)),
    )
    whole = Subject(module, contract.classes, contract, plan=plan, name=net)
    subject = Subject(module, name=net) if plain else whole
    pixels = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    picture = torch.rand(3, SIDE, SIDE) if plain else pixels
    with torch.inference_mode():
        module(torch.zeros(1, 3, SIDE, SIDE))  # what a network needs anyway is not the look's
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "look.html"
        for _ in range(repeats + 1):
            start = time.perf_counter()
            look = look_at(subject, picture, heat=heat)
            look.save(page)
            seconds.append(time.perf_counter() - start)
        size = page.stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    every = sum(int(np.prod(layer.shape)) for layer in look.seen.layers) * 4
    return {
        "seconds": statistics.median(seconds[1:]),
        "page": size / MB,
        "memory": (peak - before) * 1024 / MB,
        "activations": every / MB,
        "layers": len(look.layers),
    }


def apart(net: str, repeats: int, *, plain: bool = False, heat: bool = False) -> dict[str, float]:
    """`measure` in a process of its own."""
    words = [sys.executable, __file__, "--child", net, "--repeats", str(repeats)]
    words += ["--plain"] * plain + ["--heat"] * heat
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(said)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--only", help="a net")
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--heat", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.child:
        print(json.dumps(measure(given.child, given.repeats, given.plain, given.heat)))
        return
    cases = [(net, net, {}) for net in NETS if given.only in (None, net)]
    if given.only in (None, "resnet18"):
        cases.insert(1, ("resnet18, a plain torch module", "resnet18", {"plain": True}))
        cases.insert(2, ("resnet18, with heat-maps", "resnet18", {"heat": True}))
    rows = []
    for name, net, how in cases:
        found = apart(net, min(3, given.repeats) if how.get("heat") else given.repeats, **how)
        numbers = (f"{found['seconds']:.2f}", f"{found['page']:.2f}", f"{found['memory']:.0f}")
        rows.append((name, f"{found['layers']:.0f}", *numbers, f"{found['activations']:.0f}"))
    head = ("network", "layers", "look, s", "page, MB", "memory, MB", "all activations, MB")
    title = f"A look at one picture of {SIDE}x{SIDE}"
    wanted = (
        f"Wanted: resnet18 in {LIMITS['seconds']:g} s, with heat-maps, too; every page within "
        f"{LIMITS['page']:g} MB."
    )
    body = f"{table(head, rows)}\n\n{wanted}"
    publish("look", title, body, f"python benchmarks/look.py --repeats {given.repeats}")


if __name__ == "__main__":
    main()
