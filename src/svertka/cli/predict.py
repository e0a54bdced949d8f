"""``svertka predict``: the classes of new pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from svertka.cli import options, progress, screen
from svertka.errors import UsageError

if TYPE_CHECKING:
    from svertka.predict import Predictions
    from svertka.predict.submission import Sample

# Named here as well, so that completing them loads nothing; a test compares.
ENGINES = ("auto", "exact", "fast", "onnxruntime", "openvino")


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
@click.option(
    "--sample",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A contest's sample submission: --csv gets its header, ids, order and way to write "
    "labels, and the score to be expected is told.  [default: none, --csv has columns of our own]",
)
@click.option("--force", is_flag=True, help="Replace the file if it exists.")
@click.option(
    "--engine",
    type=options.OneOf("engine", ENGINES, "predict"),
    default="auto",
    metavar="ENGINE",
    help="What computes the answers: exact, in float32, bit for bit as in training; fast, in bf16 "
    "where the processor has it; onnxruntime or openvino, extras. One that moves a probability of "
    "the run's validation pictures by more than 0.03 is not taken.  "
    "[default: auto, the fastest of these for nets of 1,000,000,000 multiply-adds or more, else "
    "exact: there reading pictures takes as long]",
)
@options.as_json
@options.quiet
def command(
    run: Path,
    paths: tuple[Path, ...],
    csv: Path | None,
    probabilities: bool,
    sample: Path | None,
    force: bool,
    engine: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Name the class of new pictures with a trained run.

    RUN is the folder that `svertka train` wrote, or a net with known ImageNet weights, such as
    efficientnet_lite0; PATHS are pictures, folders of pictures, archives and folders in them
    (test.zip/a), tables, shards, Parquet, IDX or .npz files. What cannot be read is listed, the
    others are predicted.

    \b
      svertka predict runs/digits-1 scans/ --csv out.csv
      svertka predict runs/photos-1 test/ --sample sample_submission.csv --csv out.csv
      svertka predict efficientnet_lite0 cat.jpg
    """
    from svertka.predict.submission import read_sample
    from svertka.workbench.answering import predictor_for

    if csv is not None and csv.exists() and not force:
        raise UsageError(f"{csv} exists: add --force to replace it, or name another file.")
    if sample is not None and (csv is None or probabilities):
        raise UsageError("--sample gives the form of the file: name it with --csv FILE alone.")
    form = None if sample is None else read_sample(sample)
    if sample is not None and csv is not None and csv.exists() and csv.samefile(sample):
        raise UsageError(f"{csv} is the sample itself: name another file for the answers.")
    with progress.downloads(quiet=quiet) as on_bytes:
        predictor = predictor_for(run, engine=engine, on_bytes=on_bytes)
    if form is not None and csv is not None:
        _submit(run, form, predictor.predict(paths), paths, csv, force=force, as_json=as_json)
        return
    predictions = predictor.predict(paths)
    if csv is not None:
        predictions.save_csv(csv, probabilities=probabilities, force=force)
    screen.show(predictions, as_json=as_json)


def _submit(
    run: Path,
    form: Sample,
    predictions: Predictions,
    paths: tuple[Path, ...],
    csv: Path,
    *,
    force: bool,
    as_json: bool,
) -> None:
    from svertka.predict.submission import submission
    from svertka.workbench.answering import expected

    finished = submission(form, predictions, paths)
    finished.save(csv, force=force)
    hope = expected(run, len(predictions))
    if as_json:
        told = {"forecast": None if hope is None else hope.to_dict(), "note": finished.note}
        screen.dump(predictions.to_dict() | told)
        return
    lines = [finished.note, f"Written: {csv}, {len(predictions):,} rows", str(hope or "")]
    screen.say("\n".join(line for line in lines if line))
