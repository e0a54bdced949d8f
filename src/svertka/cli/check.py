"""``svertka check``: what is wrong with pictures, before any training."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen


@click.command("check")
@options.data()
@click.option(
    "--run",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="RUN",
    help="The folder of a trained run, or of folds: the answers are compared with the labels of "
    "pictures that the network was not trained on.  [default: none, and labels are compared among "
    "copies only]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="Write the report with its pictures as one page that opens from disk.  [default: none, "
    "the terminal shows the same in words]",
)
@options.as_json
@options.quiet_anyway
def command(data: str, run: Path | None, out: Path | None, as_json: bool) -> None:
    """Find what is wrong with pictures, before any training.

    Files that cannot be read, odd channels, depths, shapes and sizes; copies within and across
    the parts, exact or nearly; pictures under two classes; uneven classes; with a run, labels
    that are probably wrong. Each comes with what to do. Nothing is changed, and findings are no
    failure: the exit code is 0.

    \b
      svertka check my-pictures/ --out check.html
      svertka check my-pictures/ --run runs/my-pictures-1
    """
    from svertka import check
    from svertka.workbench.check import write_page

    health = check(data, run)
    if out is not None:
        write_page(health, out)
    if as_json:
        screen.dump(health.to_dict())
    else:
        screen.say(health)
        if out is not None:
            screen.say(f"\nreport  {out}")
