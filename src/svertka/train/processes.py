"""One training in many processes, started by ``torchrun``: all that they say to each other.

Each process reads its slice of every batch. Gradients, and the sums of batch norm, are added up
over all processes, so that together they take the very step that one alone would take. The first
process decides, validates, writes and tells; the others follow. Alone, nothing here does anything.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, distributed, nn
from torch._C._distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from svertka import runtime
from svertka.errors import ProcessLost
from svertka.store.tensors import from_bytes, to_bytes
from svertka.train.length import Length

Saved: TypeAlias = tuple[dict[str, Tensor], dict[str, Any]]
"""Named tensors, and plain JSON beside them: the two halves of a checkpoint."""

PATIENCE = timedelta(days=1)  # the others wait while the first validates; torchrun sees who died


@dataclass(frozen=True)
class Processes:
    """The processes of one training, seen from one of them: number ``rank`` of ``count``."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that decides, writes and tells."""
        return self.rank == 0

    def part(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """This process's slice of a batch.

        >>> [Processes(rank, 3).part(np.arange(8)).tolist() for rank in range(3)]
        [[0, 1, 2], [3, 4, 5], [6, 7]]
        """
        return np.array_split(rows, self.count)[self.rank]

    def of_first(self, make: Callable[[], Saved]) -> Saved:
        """What ``make`` gives in the first process, for all; in the others it is not called."""
        if self.count == 1:
            return make()
        tensors, values = make() if self.first else ({}, {})
        packed = _broadcast(to_bytes(tensors)), _broadcast(json.dumps(values).encode())
        return from_bytes(packed[0]), json.loads(packed[1])

    def told(self, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The same for JSON alone."""
        return self.of_first(lambda: ({}, make()))[1]

    def any(self, flag: bool) -> bool:
        """Whether one of the processes says yes."""
        return flag if self.count == 1 else _most([int(flag)])[0] > 0

    def length(self, length: Length) -> Length:
        """The length that the first process holds right: all must end at the same step."""
        if self.count == 1:
            return length
        numbers = [length.steps, length.validate_every] if self.first else [0, 0]
        steps, every = _most(numbers)
        return Length(steps, length.steps_per_epoch, every)

    def add_up(self, weights: Iterable[Tensor], loss: Tensor) -> Tensor:
        """Make each weight's gradient the sum over all processes; the sum of their losses."""
        if self.count == 1:
            return loss
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        flat = torch.cat([*(gradient.flatten() for gradient in gradients), loss.view(1)])
        flat = _summed(flat)
        sizes = [gradient.numel() for gradient in gradients]
        for gradient, part in zip(gradients, torch.split(flat[:-1], sizes), strict=True):
            gradient.copy_(part.view(gradient.shape))
        return flat[-1]

    @contextmanager
    def in_turn(self) -> Iterator[None]:
        """The first process of each machine goes ahead; the others find what it left in caches."""
        waits = runtime.place().local > 0
        if waits:
            self.any(False)
        yield
        if not waits:
            self.any(False)


ALONE = Processes()


def here() -> Processes:
    """The processes that were joined, or this one alone."""
    if not (distributed.is_available() and distributed.is_initialized()):
        return ALONE
    return Processes(distributed.get_rank(), distributed.get_world_size())


@contextmanager
def joined() -> Iterator[Processes]:
    """Meet the other processes that ``torchrun`` started, and leave when all are done.

    What is decided travels between processors (gloo), so that no graphics card waits for it;
    gradients travel between the cards (nccl) where there are any.
    """
    place = runtime.place()
    if place.count == 1 or here().count > 1:
        yield here()
        return
    if cards := runtime.pick_device().type == "cuda":
        torch.cuda.set_device(place.local)
    backend = "cpu:gloo,cuda:nccl" if cards else "gloo"
    with _answered():
        store = _fresh(next(rendezvous("env://"))[0], place)
        distributed.init_process_group(
            backend, store=store, rank=place.rank, world_size=place.count, timeout=PATIENCE
        )
    yield here()
    here().any(False)  # the first has written everything
    store.add("left", 1)
    with suppress(RuntimeError):  # gone with the first process, where torchrun does not keep it
        while store.add("left", 0) < place.count:  # who hung up first would cut the others short
            time.sleep(0.01)
    distributed.destroy_process_group()


def _fresh(store: Store, place: runtime.Place) -> Store:
    """A corner of torchrun's store in which no earlier attempt has left its addresses.

    torchrun keeps one store for all its attempts, and tells no number of the attempt that is the
    same on every machine. So the first process opens a new round, and the others enter the round
    in which it has read their names.
    """
    name = secrets.token_hex(8)
    while True:
        number = store.add("svertka/round", int(place.first))
        corner = PrefixStore(f"svertka/{number}", store)
        if place.first:
            names = [corner.get(f"name/{rank}") for rank in range(1, place.count)]
            corner.set("entered", b" ".join(names).decode())
            return corner
        corner.set(f"name/{place.rank}", name)
        if corner.check(["entered"]) and name in corner.get("entered").decode():
            return corner
        time.sleep(0.02)


# -- layers that look at a batch as a whole --------------------------------------------------------


def share_layers(net: nn.Module, batch: int) -> None:
    """Let batch norm and dropout in ``net`` treat the slices of all processes as one batch.

    ``batch`` is the number of pictures in all slices. Weights and statistics stay the same
    objects, under the same names.
    """
    processes = here()
    if processes.count == 1:
        return
    for parent in list(net.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.modules.batchnorm._BatchNorm):
                setattr(parent, name, SharedNorm(child))
            elif isinstance(child, nn.Dropout):
                setattr(parent, name, SharedDropout(child.p, batch))


class SharedNorm(nn.modules.batchnorm._BatchNorm):
    """Batch norm over the slices of all processes, of any kind of device.

    torch's own SyncBatchNorm knows graphics cards alone. Source: Ioffe and Szegedy 2015; the
    gradient of a sum over processes is the sum of their gradients, autograd does the rest.
    """

    def __init__(self, plain: nn.modules.batchnorm._BatchNorm) -> None:
        super().__init__(plain.num_features, plain.eps, plain.momentum)
        self.weight, self.bias = plain.weight, plain.bias
        self.running_mean, self.running_var = plain.running_mean, plain.running_var
        self.num_batches_tracked = plain.num_batches_tracked
        self.train(plain.training)

    def forward(self, x: Tensor) -> Tensor:
        """(n, channels, places...) to the same shape."""
        if not self.training:
            return super().forward(x)
        y, places = x.float(), [0, *range(2, x.dim())]
        count = y.new_full((1,), y.numel() / y.shape[1])
        sums = _sum(torch.cat([y.sum(places), count]))
        mean, n = sums[:-1] / sums[-1], sums[-1].detach()
        y = y - _along(mean, y)
        variance = _sum(y.square().sum(places)) / n
        self._remember(mean.detach(), variance.detach() * n / (n - 1))
        scale = self.weight * (variance + self.eps).rsqrt()
        return (y * _along(scale, y) + _along(self.bias, y)).to(x.dtype)

    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        assert self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance, self.momentum)
        self.num_batches_tracked.add_(1)

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of places."""


class SharedDropout(nn.Module):
    """Dropout that draws for the whole batch and uses this process's slice of it."""

    def __init__(self, p: float, batch: int) -> None:
        super().__init__()
        rows = here().part(np.arange(batch))
        self.p, self.batch, self.rows = p, batch, slice(int(rows[0]), int(rows[-1]) + 1)

    def forward(self, x: Tensor) -> Tensor:
        """(n, anything) to the same shape."""
        if not self.training:
            return x
        flat = x.dim() != 4 or x.is_contiguous()  # the order in which torch itself would draw
        form = torch.contiguous_format if flat else torch.channels_last
        drawn = torch.empty((self.batch, *x.shape[1:]), dtype=x.dtype, device=x.device)
        drawn = drawn.contiguous(memory_format=form).bernoulli_(1 - self.p)
        return x * drawn[self.rows].div_(1 - self.p)


def _along(values: Tensor, like: Tensor) -> Tensor:
    """(channels,) in a shape that meets ``like``."""
    return values.view(1, -1, *[1] * (like.dim() - 2))


def _sum(x: Tensor) -> Tensor:
    """The sum over all processes, for autograd, too."""
    total: Tensor = _Sum.apply(x)  # type: ignore[no-untyped-call]
    return total


class _Sum(torch.autograd.Function):
    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        return _summed(x)

    @staticmethod
    def backward(_: Any, gradient: Tensor) -> Tensor:
        return _summed(gradient)


# -- the four things that are ever sent ------------------------------------------------------------


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:
        raise ProcessLost(
            "Another process of this training has ended, and no step can be taken without it. "
            "`torchrun --max-restarts` begins again from the last checkpoint by itself; "
            "else give the command again with `resume`."
        ) from error


def _summed(x: Tensor) -> Tensor:
    total = x.clone(memory_format=torch.contiguous_format)
    with _answered():
        distributed.all_reduce(total)
    return total


def _most(numbers: list[int]) -> list[int]:
    """The greatest of each number; between processors, so that no card is waited for."""
    most = torch.tensor(numbers, dtype=torch.int64, device="cpu")
    with _answered():
        distributed.all_reduce(most, distributed.ReduceOp.MAX)
    return [int(number) for number in most]


def _broadcast(data: bytes) -> bytes:
    """The first process's bytes."""
    size = _most([len(data)])[0]  # the others have less: nothing, or an empty file's header
    sent = torch.zeros(size, dtype=torch.uint8, device="cpu")
    if here().first:
        sent[:] = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    with _answered():
        distributed.broadcast(sent, 0)
    return sent.numpy().tobytes()
