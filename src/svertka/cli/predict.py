"""``svertka predict``: the classes of new pictures."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen


@click.command("predict")
@options.run
@click.argument(
    "paths", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PATHS..."
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the table to this file, one column per class.  "
    "[default: none, the table is only printed]",
)
@options.as_json
@options.quiet
def command(
    run: Path, paths: tuple[Path, ...], csv: Path | None, as_json: bool, quiet: bool
) -> None:
    """Name the class of new pictures with a trained run.

    RUN is the folder that `svertka train` wrote; PATHS are pictures, folders of pictures or an
    .npz file. Files that cannot be read are listed, the others are predicted.

    \b
      svertka predict runs/digits-1 scans/ --csv out.csv
    """
    from svertka import Run

    predictions = Run.open(run).predict(list(paths))
    if csv is not None:
        predictions.save_csv(csv)
    if as_json:
        screen.dump(predictions.to_dict())
    elif csv is None or not quiet:
        screen.say(predictions)
