"""``svertka studio``: the workbench as a page in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, serving


@click.command("studio")
@click.option(
    "--runs",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    metavar="FOLDER",
    help="The folder of the runs that are shown, and in which new ones are made.  "
    "[default: runs, where `svertka train` leaves them]",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    multiple=True,
    metavar="FOLDER",
    help="A data set, or a folder of data sets, to be offered beside the built-in ones; may be "
    "repeated. Nothing else on the disk can be read.  [default: built-in data alone]",
)
@serving.port(serving.STUDIO)
@serving.host
@click.option("--no-browser", is_flag=True, help="Do not open the page, only print its address.")
@click.option(
    "--lang",
    type=click.Choice(("ru", "en")),
    help="Language in which the page begins.  [default: that of the browser]",
)
@options.quiet
def command(
    runs: Path,
    data: tuple[Path, ...],
    port: int | None,
    host: str,
    no_browser: bool,
    lang: str | None,
    quiet: bool,
) -> None:
    """Open the workbench in the browser: build, train, draw and look without typing commands.

    Everything stays on this machine; runs of the command line appear in it, and the other way
    round. Ctrl-C ends it; trainings that it began are paused then.

    \b
      svertka studio
      svertka studio --data my-pictures/ --lang ru
      svertka studio --host 0.0.0.0 --no-browser
    """
    from svertka.serve import check_installed

    check_installed()
    from svertka.serve.app import create_app

    begin = f"#/?lang={lang}" if lang else ""
    with serving.opened(host, port, serving.STUDIO) as server:
        show = None if no_browser else serving.show
        server.run(create_app(runs, data), begin=begin, show=show, quiet=quiet)
