"""``svertka resume``: a run that was stopped goes on."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, screen


@click.command("resume")
@options.run
@options.as_json
@options.quiet
def command(run: Path, as_json: bool, quiet: bool) -> int:
    """Go on with a run that was stopped, exactly where it was.

    RUN is the folder that `svertka train` or `svertka compare` wrote. The end is the same as
    without the stop.
    """
    if (run / "compare.json").is_file():
        from svertka.workbench.compare import go_on

        with progress.follow_runs(quiet=quiet) as on_run:
            comparison = go_on(run, on_event=on_run)
        return screen.show_comparison(comparison, as_json=as_json)
    if (run / "folds.json").is_file():
        from svertka.workbench.folding import go_on as go_on_with_folds

        with progress.follow_runs(quiet=quiet) as on_run:
            folds = go_on_with_folds(run, on_event=on_run)
        screen.show(folds, as_json=as_json)
        return 0
    from svertka import Run

    with progress.follow(quiet=quiet) as on_event:
        finished = Run.resume(run, on_event=on_event)
    screen.show_run(finished, as_json=as_json)
    return 0
