"""``svertka report``: the report page of a run."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen


@click.command("report")
@options.run
@options.as_json
@options.quiet_anyway
def command(run: Path, as_json: bool) -> None:
    """Write the report page of a run again.

    RUN is the folder that `svertka train` wrote. The page, report.html, is one file that opens
    from disk and asks nobody for anything.
    """
    from svertka.workbench.folds import opened

    place = opened(run).write_report()
    if as_json:
        screen.dump({"report": str(place)})
    else:
        screen.say(place)
