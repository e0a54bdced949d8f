"""``svertka train``: a network trained on pictures, with a run folder and a report."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, screen
from svertka.errors import UsageError


@click.command("train")
@options.data()
@options.net
@options.weights
@options.epochs
@options.budget
@options.seed
@options.group
@options.folds
@options.fold
@options.ungrouped
@options.out
@options.metric
@options.settings
@options.as_json
@options.quiet
def command(
    data: str,
    net: str | None,
    weights: str | None,
    epochs: int | None,
    budget: str | None,
    seed: int,
    group: str,
    folds: int | None,
    fold: tuple[int, int] | None,
    ungrouped: bool,
    out: Path | None,
    metric: str | None,
    settings: dict[str, str],
    as_json: bool,
    quiet: bool,
) -> None:
    """Train a network on pictures; leaves a run folder with a report.

    DATA is a built-in name (`svertka data` lists them), a folder of pictures (train/ val/ test/,
    or one folder per class, which is then split; or any folder with a train.csv), a table of
    pictures and labels, a .zip or .tar of these, a .parquet file, WebDataset shards
    ("train-{000..127}.tar" or "shards/*.tar"), or an .npz file with x and y. Decoded pictures are
    kept on disk; what it has no room for stays in its files, and that is told.

    \b
      svertka train digits
      svertka train my-pictures/ --budget 5m
      svertka train my-pictures/ --folds 5 --group '(patient\\d+)'
      svertka train photos/ --net efficientnet_lite0 --weights imagenet
      svertka train digits --net "conv8-relu-pool-conv16-relu-pool-fc10" --epochs 3
    """
    from svertka.machine import process_started
    from svertka.workbench.training import train_since

    changed = settings | ({} if metric is None else {"metric": metric})
    if ungrouped and (folds is None or group == "none"):
        raise UsageError("--ungrouped compares with --folds K and a --group other than none.")
    if folds is not None:
        from svertka.workbench.folding import Wish, train_folds

        if fold is not None:
            raise UsageError("--folds trains all folds, --fold one of them: leave one out.")
        wish = Wish(net, weights, epochs, budget, seed, folds, group, ungrouped)
        with progress.follow_runs(quiet=quiet) as on_run:
            found = train_folds(
                data, wish, started=process_started(), out=out, settings=changed, on_event=on_run
            )
        screen.show(found, as_json=as_json)
        return
    with progress.follow(quiet=quiet) as on_event:
        # A budget is for the whole command: loading torch counts, too.
        run = train_since(
            process_started(),
            data,
            net,
            weights=weights,
            epochs=epochs,
            budget=budget,
            seed=seed,
            out=out,
            group=group,
            fold=fold,
            settings=changed,
            on_event=on_event,
        )
    screen.show_run(run, as_json=as_json)
