"""What is looked into: a network, and how a picture becomes its input.

`as_subject` takes a run's folder, a `Run`, a `Predictor`, the name of a catalogue net with known
weights, or any ``torch.nn.Module`` that takes a batch of pictures; every function of this room
takes the same. Of a module that svertka did not build nobody knows what it expects: make a
`Subject` with ``prepare``, the transform that it came with, or give float tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvNd

from svertka.data import InputContract, Pictures, to_tensor
from svertka.data.contract import Task
from svertka.data.decode import Form, decode, peek
from svertka.data.npz import read_npy
from svertka.data.raw import BadPicture
from svertka.errors import DataError, UsageError
from svertka.grammar import Plan, resolve
from svertka.look.watch import Call, first_tensor, layers_of, still, watch
from svertka.nets.catalogue import find
from svertka.predict.predictor import Predictor
from svertka.predict.softmax import probabilities_of
from svertka.predict.sources import read_any
from svertka.store import RunFolder

Pixels: TypeAlias = npt.NDArray[np.uint8]
Picture: TypeAlias = "npt.NDArray[Any] | str | Path | Tensor"
Many: TypeAlias = "Pictures | npt.NDArray[Any] | Tensor | str | Path | Sequence[str | Path]"


class View(NamedTuple):
    """One picture as the network sees it: ``x`` (1, C, places...), ``pixels`` (H, W, C) uint8.

    ``pixels`` has the size of ``x``, so that a map drawn over it lies where it belongs; where only
    a tensor is known it is the tensor, its minimum black and its maximum white. None in 1-D, 3-D.
    """

    x: Tensor
    pixels: Pixels | None


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to look into.

    ``contract`` says what a svertka net expects of pictures, ``prepare`` what another one does: it
    turns a Pillow picture into a float tensor (C, H, W), as the transforms of torchvision and timm
    do. Without both, pictures are float tensors. ``plan`` is known for nets of a text, ``seed`` for
    those whose training began with weights drawn from it.

    >>> subject = Subject(nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU()))
    >>> subject.layers, subject.view(torch.zeros(3, 8, 8)).x.shape
    (('0', '1'), torch.Size([1, 3, 8, 8]))
    """

    module: nn.Module
    classes: tuple[str, ...] = ()
    contract: InputContract | None = None
    prepare: Callable[[Any], Tensor] | None = None
    plan: Plan | None = None
    name: str = ""
    seed: int | None = None

    @cached_property
    def layers(self) -> tuple[str, ...]:
        """The paths of the layers that `watch` can see by default, as the module lists them."""
        return layers_of(self.module)

    @property
    def task(self) -> Task:
        """One class for each picture, or any number of labels; classes where nobody says."""
        return "classes" if self.contract is None else self.contract.task

    def probabilities(self, logits: Tensor) -> npt.NDArray[np.float32]:
        """Those of the classes, or of each label by itself, (n, K), from what the network gives."""
        return probabilities_of(logits.float().flatten(1).cpu().numpy(), self.task)

    @property
    def device(self) -> torch.device:
        """Where the network's weights are."""
        return next((p.device for p in self.module.parameters()), torch.device("cpu"))

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Channels and places of a picture in the network's form; None where nobody knows."""
        if self.contract is not None:
            return (self.contract.channels, *self.contract.size)
        return None if self.plan is None else self.plan.input

    def view(self, picture: Picture) -> View:
        """One picture as the network sees it.

        ``picture`` is a file, an array (H, W) or (H, W, C) of any size and type that prediction
        takes, or a float tensor (C, places...) that is taken as it is, with or without N = 1.
        Raises DataError and UsageError.
        """
        if isinstance(picture, Tensor):
            x = picture[None] if picture.dim() == self._axes + 1 else picture
            if x.dim() != self._axes + 2 or len(x) != 1:
                raise UsageError(f"A tensor of shape {tuple(picture.shape)} is not one picture.")
            x = x.detach().to(self.device, torch.float32)
            return View(x, self._pixels(x))
        picture = self._from_file(picture)
        if self.contract is None:
            return self._prepared(picture)
        if isinstance(picture, np.ndarray):
            picture = picture[None] if picture.ndim < 4 else picture
        found, _, problems = read_any(picture, self.contract)
        pixels = found.take([0])[0] if isinstance(found, Pictures) else found[0]
        if len(found) != 1:
            hint = f"; {problems[0]}" if problems else ""
            raise UsageError(f"{len(found)} pictures were given where one is looked at{hint}.")
        return View(to_tensor(pixels[None], self.contract, self.device), pixels)

    def batches(self, pictures: Many, size: int = 32) -> Iterator[tuple[int, Tensor]]:
        """Many pictures as the network sees them: the number of the first, and (n, C, places...).

        ``pictures`` is a part of a data set, an array (N, H, W, C), files and folders, or a float
        tensor (N, C, places...). Of a part only one batch at a time is read.
        """
        if not isinstance(pictures, Tensor | Pictures):
            pictures = self._many(pictures)
        for start in range(0, len(pictures), size):
            rows = np.arange(start, min(start + size, len(pictures)))
            if isinstance(pictures, Tensor):
                yield start, pictures[start : start + size].to(self.device, torch.float32)
            elif self.contract is not None:
                yield start, to_tensor(pictures.take(rows), self.contract, self.device)
            else:
                views = [self._prepared(picture) for picture in pictures.take(rows)]
                yield start, torch.cat([view.x for view in views])

    def answer(self, x: Tensor) -> Tensor:
        """What the module returns for its input ``x`` (N, C, places...), in the mode that it is
        in (see `still`); of several tensors the first. UsageError where it does not fit."""
        try:
            output = first_tensor(self.module(x))
        except RuntimeError as error:
            raise UsageError(
                f"The network cannot take an input of shape {tuple(x.shape)}: {error}"
            ) from error
        if output is None:
            raise UsageError("The network returns no tensor. Expected a tensor, or some of them.")
        return output

    def calls(
        self,
        x: Tensor,
        layers: Sequence[str] | None = None,
        *,
        inputs: bool = False,
        on_call: Callable[[Call], None] | None = None,
    ) -> dict[str, Call]:
        """Run the network on ``x`` and record layers, as `watch` does; nothing is changed."""
        with (
            still(self.module),
            watch(self.module, layers, inputs=inputs, on_call=on_call) as calls,
        ):
            self.answer(x)
        return calls

    @cached_property
    def _axes(self) -> int:
        """How many axes of places the network's pictures have: those of its first filters."""
        convs = (part for part in self.module.modules() if isinstance(part, _ConvNd))
        return next((len(part.kernel_size) for part in convs), 2)

    def _from_file(self, picture: npt.NDArray[Any] | str | Path) -> npt.NDArray[Any] | str | Path:
        """The array of an ``.npy`` file that is one picture with its channels; else as it is."""
        if isinstance(picture, np.ndarray) or Path(picture).suffix.lower() != ".npy":
            return picture
        x = read_npy(Path(picture))
        channels = {1, 3} if self.contract is None else {1, 3, self.contract.channels}
        one = x.ndim == 2 or (x.ndim == 3 and bool(channels & {x.shape[0], x.shape[-1]}))
        return x if one else picture

    def _pixels(self, x: Tensor) -> Pixels | None:
        """The picture that a tensor (1, C, H, W) shows."""
        if x.dim() != 4:
            return None
        values = x[0].permute(1, 2, 0).cpu().numpy()
        if self.contract is not None:
            std, mean = np.array(self.contract.std), np.array(self.contract.mean)
            values = values * std + mean
        else:
            span = float(values.max() - values.min())
            values = (values - values.min()) / (span or 1.0)
        shown: Pixels = np.clip(np.rint(255 * values), 0, 255).astype(np.uint8)
        return shown if shown.shape[-1] == 3 else shown[..., :1]

    def _prepared(self, picture: npt.NDArray[Any] | str | Path) -> View:
        if self.prepare is None:
            raise UsageError(
                "Nobody knows how this network wants its pictures. Give a float tensor (C, H, W), "
                "or Subject(module, prepare=TRANSFORM) with the transform that it came with."
            )
        if isinstance(picture, str | Path):
            pixels = _decoded(picture)
        else:
            pixels = picture if picture.ndim < 4 else picture[0]
        grey = pixels.ndim == 3 and pixels.shape[-1] == 1
        x = self.prepare(Image.fromarray(np.ascontiguousarray(pixels[..., 0] if grey else pixels)))
        if not isinstance(x, Tensor) or not x.is_floating_point():
            raise UsageError(f"prepare gave {type(x).__name__}. Expected a float tensor (C, H, W).")
        return self.view(x)

    def _many(self, pictures: npt.NDArray[Any] | str | Path | Sequence[str | Path]) -> Pictures:
        if self.contract is not None:
            found, ids, _ = read_any(pictures, self.contract)
            if isinstance(found, Pictures):
                return found
            return Pictures(found, np.full(len(found), -1), ids)
        if isinstance(pictures, np.ndarray):
            x = pictures[..., None] if pictures.ndim == 3 else pictures
            return Pictures(x, np.full(len(x), -1), tuple(map(str, range(len(x)))))
        raise UsageError("Give this network's pictures as an array (N, H, W, C) or a float tensor.")


def as_subject(source: Any, *, device: str | None = None) -> Subject:
    """A network to look into, of whatever stands for one.

    ``source`` is a `Subject`, a `Run` or its folder, a `Predictor`, a catalogue net with known
    weights, or a module. Raises StoreError, UnknownName, MissingExtra, UsageError.

    >>> as_subject(nn.Conv2d(3, 4, 3)).layers
    ('',)
    """
    if isinstance(source, Subject):
        return source
    if isinstance(source, nn.Module):
        return Subject(source, name=type(source).__name__)
    if isinstance(source, Predictor):
        return Subject(source.module, source.classes, source.contract)
    folder = getattr(source, "folder", source)  # a Run, which lives in a room above
    if isinstance(folder, str) and not Path(folder).exists() and Path(folder).name == folder:
        return _known(folder, device)
    if not isinstance(folder, RunFolder | str | Path):
        kind = type(source).__name__
        raise UsageError(
            f"A {kind} came in. Expected a run, its folder, the name of a net with known weights, "
            "or a torch module."
        )
    run = folder if isinstance(folder, RunFolder) else RunFolder.open(folder)
    predictor, card = Predictor.open(run, device=device), run.load_card()
    shape = (card.input.channels, *card.input.size)
    plan = resolve(card.net, input=shape, classes=len(card.classes))
    seed = card.recipe.get("seed") if card.recipe.get("weights") is None else None
    drawn = seed if isinstance(seed, int) else None
    return Subject(
        predictor.module, card.classes, card.input, plan=plan, name=card.name, seed=drawn
    )


def _known(net: str, device: str | None) -> Subject:
    from svertka.predict.pretrained import pretrained

    predictor = pretrained(net, device=device)
    plan = resolve(find(net), classes=len(predictor.classes))
    return Subject(predictor.module, predictor.classes, predictor.contract, plan=plan, name=net)


def _decoded(path: str | Path) -> Pixels:
    try:
        return decode(str(path), Form(peek(str(path)), 3)).x
    except BadPicture as error:
        raise DataError(f"{path} cannot be read: {error}.") from error
