"""What a training begins with: a net, its first weights, and pictures in the form they expect."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from svertka.data import Dataset, InputContract, open_in_form
from svertka.data.grouping import Cut
from svertka.errors import UsageError
from svertka.nets.catalogue import names
from svertka.store import RunFolder
from svertka.train import choose_net
from svertka.train.origin import HOUSE_START, IMAGENET, contract_for, default_start, origin_of

if TYPE_CHECKING:
    from svertka.data.opening import Source

NOTHING = "none"


@dataclass(frozen=True)
class Beginning:
    """A net, by name or text, first weights (None: drawn) and the data set in their form."""

    net: str
    weights: str | None
    dataset: Dataset

    @property
    def net_name(self) -> str | None:
        """The net's name in the catalogue, if it has one."""
        name = self.net.strip().lower()
        return name if name in names() else None


def begin_with(
    data: Source | Dataset,
    dataset: Dataset,
    net: str | None,
    weights: str | None,
    *,
    cut: Cut,
    budget: float | None = None,
) -> Beginning:
    """Complete what the call left open.

    ``weights`` is "imagenet", a file, a run's folder or "none"; None chooses fine-tuning where it
    is sure to help: no net is named, the data are small colour photographs, and weights are at
    hand. ``dataset`` is ``data``, opened as it is; ``budget`` are the seconds there are, if known.
    """
    if weights is None and net is None:
        net, weights = default_start(dataset) or (None, None)
    if weights is None or weights.lower() == NOTHING:
        return Beginning(net or choose_net(dataset, budget), None, dataset)
    if weights.lower() == IMAGENET:
        weights, net = IMAGENET, net or HOUSE_START
    else:
        weights, net = str(Path(weights).resolve()), net or _net_of(weights)
    return Beginning(net, weights, in_form(data, dataset, net, weights, cut))


def in_form(
    data: Source | Dataset,
    dataset: Dataset,
    net: str,
    weights: str,
    cut: Cut,
    *,
    margin: bool = True,
) -> Dataset:
    """The data set as the weights expect it: size, channels, normalisation; cut as it was."""
    contract = contract_for(origin_of(weights, net), dataset.contract, margin=margin)
    same = (contract.size, contract.channels) == (dataset.contract.size, dataset.contract.channels)
    if same:
        return replace(dataset, contract=contract)
    if isinstance(data, Dataset):
        raise UsageError(
            f"The opened data set has pictures of {_told(dataset.contract)}, and the weights "
            f"expect {_told(contract)}. Give the folder or the arrays instead, or open them with "
            "that size."
        )
    return open_in_form(data, contract, seed=cut.seed, group=cut.group, fold=cut.fold)


def _net_of(weights: str) -> str:
    """The net whose weights these are: a run knows its own."""
    if not Path(weights).is_dir():
        raise UsageError(
            f"Which net are the weights {weights} for? Name it with --net: a name of the "
            "catalogue, or a text."
        )
    card = RunFolder.open(weights).load_card()
    return card.net_name or card.net


def _told(contract: InputContract) -> str:
    height, width = contract.size
    return f"{height}x{width} in {contract.channels} channels"
