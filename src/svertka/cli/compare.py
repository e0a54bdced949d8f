"""``svertka compare``: nets against each other, one table and one report."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, screen


@click.command("compare")
@options.data()
@click.argument("nets", type=options.NetText(), metavar="NET...", nargs=-1, required=True)
@options.without("Beside each NET compare the same one that does without an idea")
@options.epochs
@options.budget_each
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=3,
    metavar="N",
    help="Trainings of each net, with the seeds 0, 1, ...  [default: 3, so that luck in training "
    "is told from a better net]",
)
@options.compare_out
@options.metric
@options.settings
@options.as_json
@options.quiet
def command(
    data: str,
    nets: tuple[str, ...],
    ideas: tuple[str, ...],
    epochs: int | None,
    budget: str | None,
    seeds: int,
    out: Path | None,
    metric: str | None,
    settings: dict[str, str],
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare networks on the same pictures: accuracy, cost, speed, and which differences are real.

    DATA is as for `svertka train`; each NET is a name of `svertka nets`, a text or a .net file.
    Every net is trained with every seed as `svertka train` does it, for --budget or --epochs each,
    in a process of its own. The folder runs/compare-DATA-N (or --out) holds all runs and one
    report. Called again, a stopped comparison goes on. A net that fails is a line with its reason.
    The report draws how gradients flowed in two of the nets: with --without, what an idea is for.

    \b
      svertka compare digits lenet5 house_s --budget 30s
      svertka compare digits "hog-fc{classes}" "fc100-relu-fc{classes}" lenet5 resnet18 \\
          --budget 60s --seeds 3
      svertka compare digits resnet18 --without skip --without bn --budget 60s --seeds 1
    """
    from svertka.grammar.without import without
    from svertka.nets.catalogue import find
    from svertka.workbench.compare import compare_with

    with progress.follow_runs(quiet=quiet) as on_event:
        comparison = compare_with(
            data,
            [one for net in nets for one in (net, *(without(find(net), i) for i in ideas))],
            budget=budget,
            epochs=epochs,
            seeds=seeds,
            out=out,
            settings=settings | ({} if metric is None else {"metric": metric}),
            on_event=on_event,
        )
    return screen.show_comparison(comparison, as_json=as_json)
