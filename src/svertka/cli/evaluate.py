"""``svertka evaluate``: the scores of a trained run."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen


@click.command("evaluate")
@options.run
@options.data()
@options.as_json
@options.quiet_anyway
def command(run: Path, data: str, as_json: bool) -> None:
    """Score a trained run on labelled pictures.

    RUN is the folder that `svertka train` wrote; DATA as for `svertka train`. Where DATA has a
    test part, that part is scored. Folds answer together, by the mean of their probabilities.
    """
    from svertka.workbench.folds import opened

    scores = opened(run).evaluate(data)
    if as_json:
        values = {name: metric["value"] for name, metric in scores.to_dict()["metrics"].items()}
        screen.dump(values | scores.to_dict())
    else:
        screen.say(scores)
