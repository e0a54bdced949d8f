"""``svertka export``: a trained network for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from svertka.cli import options, screen


@click.command("export")
@options.run
@click.option(
    "--as",
    type=options.OneOf("form", ("onnx",), "export"),
    default="onnx",
    expose_value=False,  # there is one so far
    metavar="FORM",
    help="The form of the file.  [default: onnx, which onnxruntime, OpenVINO and browsers read]",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The new file.  [default: model.onnx in the run's folder, beside the weights it holds]",
)
@options.as_json
@options.quiet_anyway
def command(run: Path, out: Path | None, as_json: bool) -> None:
    """Write a trained network as a file for other programs.

    RUN is the folder that `svertka train` wrote. The file takes pictures as they are, uint8 and
    of the network's size: normalisation and softmax are inside, the classes in its metadata. It is
    written only if onnxruntime answers the run's validation pictures as the run does.

    \b
      svertka export runs/digits-1
      svertka export runs/digits-1 --as onnx --out digits.onnx
    """
    from svertka import Run

    exported = Run.open(run).export(out)
    if as_json:
        screen.dump(exported.to_dict())
    else:
        screen.say(exported)
