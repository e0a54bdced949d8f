"""Where the first weights of a training come from, and what they expect of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from torch import Tensor

from svertka.data import Dataset, InputContract
from svertka.errors import UnknownName, UsageError
from svertka.grammar import resolve
from svertka.nets.catalogue import find
from svertka.nets.weights.fetch import OnBytes
from svertka.nets.weights.known import Known, known, known_nets
from svertka.nets.weights.read import read_tensors
from svertka.store import RunFolder

IMAGENET = "imagenet"
HOUSE_START = "efficientnet_lite0"  # by default: the only weights that no download is needed for
MOST_PICTURES = 10_000  # by default: with more of them a net of its own learns as well
_SMALLEST_SIDE = 48  # by default: smaller pictures have little of what photographs teach
_LARGEST_SIDE = 128  # open_data's: pictures of this side were larger, perhaps
_SPARE = 14  # one pixel in so many is kept on each side: 224 of 256, as in torchvision's training
_STEP = 32  # pixels: what the deepest layers of the known nets see as one


@dataclass(frozen=True)
class Origin:
    """Weights to begin with; ``mean`` and ``std`` are None where nobody knows what they expect.

    ``size`` is that of the pictures they were trained on, None if unknown; ``fixed`` tells that
    the net fits no other.
    """

    weights: str
    known: Known | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    size: tuple[int, int] | None = None
    channels: int | None = None
    fixed: bool = False

    @property
    def licence(self) -> str:
        """Under which terms the weights are; empty if unknown."""
        return self.known.licence if self.known else ""

    def tensors(self, on_bytes: OnBytes | None = None) -> dict[str, Tensor]:
        """The weights by name; downloaded if need be."""
        if self.weights == IMAGENET and self.known is not None:
            return read_tensors(self.known.get(on_bytes))
        if Path(self.weights).is_dir():
            return RunFolder.open(self.weights).load_model()[0]
        return read_tensors(self.weights)


def origin_of(weights: str, net: str) -> Origin:
    """What ``weights`` means for a net: "imagenet", a file of weights, or a run's folder.

    ``net`` is a name of the catalogue, or a text where the weights are a file or a run. Raises
    UsageError, UnknownName or StoreError.
    """
    name = net.strip().lower()
    row = known(name) if name in known_nets() else None
    if weights == IMAGENET:
        if row is None:
            what = "net with ImageNet weights"
            raise UnknownName(what, name if "\n" not in name else "(a text)", known_nets())
        return _of_known(weights, row)
    if Path(weights).is_dir():
        contract = RunFolder.open(weights).load_card().input
        return Origin(
            weights,
            mean=contract.mean,
            std=contract.std,
            size=contract.size,
            channels=contract.channels,
            fixed=True,
        )
    if not Path(weights).is_file():
        raise UsageError(
            f"There are no weights {weights!r}. Expected imagenet, a .safetensors or .pth file, "
            "the folder of a run, or none."
        )
    return Origin(weights) if row is None else _of_known(weights, row)


def _of_known(weights: str, row: Known) -> Origin:
    channels, height, width = resolve(find(row.net)).input
    return Origin(
        weights,
        known=row,
        mean=row.mean,
        std=row.std,
        size=(height, width),
        channels=channels,
        fixed=_is_fixed(row.net),
    )


def _is_fixed(net: str) -> bool:
    """Whether a fully connected layer sees places, so that no other size fits its weights."""
    kinds = [layer.kind for layer in resolve(find(net)).layers]
    return "gap" not in kinds


def default_start(dataset: Dataset) -> tuple[str, str] | None:
    """Net and weights for small colour photographs, where the weights are at hand; else None.

    What is small is learnt better from much that is alike: see ``benchmarks/finetune.py``.
    """
    contract = dataset.contract
    suits = (
        contract.channels == 3
        and min(contract.size) >= _SMALLEST_SIDE
        and len(dataset.train) <= MOST_PICTURES
    )
    return (HOUSE_START, IMAGENET) if suits and known(HOUSE_START).at_hand() else None


def contract_for(origin: Origin, contract: InputContract, *, margin: bool = True) -> InputContract:
    """The form of a data set's pictures, changed to what the weights expect.

    Small pictures are enlarged, to twice their side at most: features of photographs are coarse.
    Of larger ones, with known weights, a ``margin`` is kept for training to take its pieces from.

    >>> lite = origin_of("imagenet", "efficientnet_lite0")
    >>> own = InputContract(size=(64, 64), channels=3, mean=(0,) * 3, std=(1,) * 3, classes=("a",))
    >>> contract_for(lite, own).size, contract_for(lite, own).mean
    ((128, 128), (0.5, 0.5, 0.5))
    """
    if origin.mean is None or origin.std is None or origin.size is None:
        return contract
    size = origin.size if origin.fixed else _size(contract.size, origin.size)
    spare = (0, 0) if size != contract.size else contract.margin
    if margin and origin.known and size != contract.size and max(contract.size) >= _LARGEST_SIDE:
        spare = round(size[0] / _SPARE), round(size[1] / _SPARE)
    return contract.model_copy(
        update={
            "size": size,
            "margin": spare,
            "channels": origin.channels,
            "mean": origin.mean,
            "std": origin.std,
            "fit": "exact" if size == contract.size and contract.fit == "exact" else "resize",
        }
    )


def _size(own: tuple[int, int], trained: tuple[int, int]) -> tuple[int, int]:
    """The pictures' own shape, at the area of the training's or at four times theirs."""
    side, most = sqrt(own[0] * own[1]), sqrt(trained[0] * trained[1])
    wanted = most if max(own) >= _LARGEST_SIDE else min(most, 2 * side)
    height, width = (max(_STEP, _STEP * round(n * wanted / side / _STEP)) for n in own)
    return height, width
