"""``svertka serve``: a trained run that answers over HTTP."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, progress, serving
from svertka.cli.predict import ENGINES


@click.command("serve")
@options.run
@serving.port(serving.ANSWERS)
@serving.host
@click.option(
    "--engine",
    type=options.OneOf("engine", ENGINES, "serve"),
    default="auto",
    metavar="ENGINE",
    help="What computes the answers, as in `svertka predict`.  [default: auto, which chooses as "
    "`svertka predict` does, so that both give the same answers]",
)
@options.quiet
def command(run: Path, port: int | None, host: str, engine: str, quiet: bool) -> None:
    """Answer over HTTP: pictures in, classes with probabilities out.

    RUN is the folder that `svertka train` wrote, or a net with known ImageNet weights. POST
    /predict takes one picture as the body, or several as a form, and answers with the JSON of
    `svertka predict --json`; pictures of requests that come together are computed together. Who
    asks when too much waits is told 503 and Retry-After. Ctrl-C ends it.

    \b
      svertka serve runs/digits-1
      curl -F picture=@4.png http://127.0.0.1:8700/predict
    """
    from svertka.serve import check_installed

    check_installed()
    from svertka.serve.answers import create_answers
    from svertka.workbench.answering import predictor_for

    with progress.downloads(quiet=quiet) as on_bytes:
        predictor = predictor_for(run, engine=engine, on_bytes=on_bytes)
    with serving.opened(host, port, serving.ANSWERS) as server:
        server.run(create_answers(predictor, run.name), quiet=quiet)
