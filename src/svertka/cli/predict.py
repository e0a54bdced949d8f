"""``svertka predict``: the classes of new pictures."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, screen
from svertka.errors import UsageError


@click.command("predict")
@options.run
@click.argument(
    "paths", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="PATHS..."
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write id, label and confidence of every picture to this file.  "
    "[default: none, the first answers are only shown]",
)
@click.option("--probabilities", is_flag=True, help="One more column for each class in the file.")
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@options.as_json
@options.quiet
def command(
    run: Path,
    paths: tuple[Path, ...],
    csv: Path | None,
    probabilities: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Name the class of new pictures with a trained run.

    RUN is the folder that `svertka train` wrote, or a net with known ImageNet weights, such as
    efficientnet_lite0; PATHS are pictures, folders of pictures or an .npz file. Files that cannot
    be read are listed, the others are predicted.

    \b
      svertka predict runs/digits-1 scans/ --csv out.csv
      svertka predict efficientnet_lite0 cat.jpg
    """
    from svertka.workbench.answering import predictor_for

    if csv is not None and csv.exists() and not force:
        raise UsageError(f"{csv} exists: add --force to replace it, or name another file.")
    with progress.downloads(quiet=quiet) as on_bytes:
        predictor = predictor_for(run, on_bytes=on_bytes)
    predictions = predictor.predict(paths)
    if csv is not None:
        predictions.save_csv(csv, probabilities=probabilities, force=force)
    if as_json:
        screen.dump(predictions.to_dict())
    else:
        screen.say(predictions)
