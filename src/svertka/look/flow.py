"""What flows through a network while it learns: gradients, weights and activations of each layer.

    svertka.train.fit(..., observe=Recorder(folder))     # while training, into metrics.jsonl
    svertka.look.read_flow(folder)                        # afterwards
    gradient_flow(module, pictures)                       # of one batch, on any module

A net that is rewritten by its text, `svertka.grammar.without`, shows what shortcuts and batch norm
do to the flow.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from svertka.data import Pictures
from svertka.errors import UsageError
from svertka.look.kinds import kind_of
from svertka.look.recorded import FIGURES, Floats, Flow
from svertka.look.subject import Many, Subject, as_subject
from svertka.look.watch import Call, layers_of, watch
from svertka.store import RunFolder
from svertka.train.loss import mean_loss

EVERY = 100  # steps between two records at the beginning
_EVENLY = 10 * EVERY  # steps up to which it stays so; then the distance doubles with the step
_DYING = ("relu", "relu6")


class Recorder:
    """An observer for `svertka.train.fit`: it writes gradient flow to the run's ``metrics.jsonl``.

    Every ``EVERY`` steps at first, then ever more seldom, so that a long training has some hundred
    lines; with ``every`` at each step that it divides. It only reads: training stays bit for bit
    what it is without it.

    >>> from svertka.store import RunFolder
    >>> recorder = Recorder(RunFolder("runs/digits-1"))
    >>> [step for step in range(4500) if recorder.due(step)][-4:]
    [3600, 3800, 4000, 4400]
    """

    def __init__(self, folder: RunFolder, every: int | None = None) -> None:
        self.folder, self.every = folder, every

    def due(self, step: int) -> bool:
        """Whether the step number ``step``, from 0, is recorded."""
        if self.every is not None:
            return step % self.every == 0
        doubled = max(0, (step // _EVENLY).bit_length() - 1)
        return step % (EVERY << doubled) == 0

    @contextmanager
    def __call__(self, net: nn.Module, step: int) -> Iterator[None]:
        """Surround one step of training ``net``."""
        if not self.due(step):
            yield
            return
        with measured(net) as rows:
            yield
        line = {"event": "flow", "step": step, "layers": list(rows), "kinds": _kinds(net, rows)}
        self.folder.append_metrics(line | {name: v.tolist() for name, v in _table(rows).items()})


def gradient_flow(
    source: Any, pictures: Many, y: npt.ArrayLike | None = None, *, batch: int = 128
) -> Flow:
    """The flow of one step that is not taken: the first ``batch`` of ``pictures`` with the classes
    ``y`` (N,), None those of the part of a data set; ``update`` stays unknown.

    The loss is the mean cross-entropy. Works on a copy in training mode, where batch norm takes the
    batch's own statistics, so that nets which have not learned anything yet can be compared, too.
    Raises ``UsageError`` where a class is missing.

    >>> net = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    >>> found = gradient_flow(net, torch.ones(2, 1, 2, 2), [0, 1])
    >>> found.layers, found.kinds, found.gradient.shape
    (('1', '2', '3'), ('fc', 'relu', 'fc'), (1, 3))
    """
    subject = as_subject(source)
    x = next((x for _, x in subject.batches(pictures, batch)), None)
    labels = pictures.numbers if y is None and isinstance(pictures, Pictures) else y
    classes = np.asarray([] if labels is None else labels, np.int64)[:batch]
    if x is None or len(classes) != len(x) or (classes < 0).any():
        raise UsageError(
            f"{0 if x is None else len(x)} pictures and {len(classes)} classes came in. Expected a "
            "class from 0 up for each picture, and some pictures."
        )
    twin = copy.deepcopy(subject.module).train()
    truth = torch.from_numpy(classes).to(subject.device)
    cuda = [subject.device] if subject.device.type == "cuda" else []
    with torch.random.fork_rng(cuda), torch.inference_mode(False), torch.enable_grad():
        torch.manual_seed(0)  # what dropout drops
        with measured(twin) as rows:
            twin.zero_grad()
            logits = Subject(twin).answer(x).flatten(1)
            mean_loss(logits, truth).backward()  # type: ignore[no-untyped-call]
    figures = {name: values[None] for name, values in _table(rows).items()}
    figures["update"] = np.full_like(figures["update"], np.nan)  # no step was taken
    return Flow(tuple(rows), tuple(_kinds(twin, rows)), np.zeros(1, np.int64), **figures)


@contextmanager
def measured(net: nn.Module) -> Iterator[dict[str, dict[str, Tensor]]]:
    """Measure the step that happens inside the block: forward, backward, and what moves weights.

    Yields a dict that holds the figures of every layer with weights and of every ReLU, by name, as
    soon as the block has ended.
    """
    rows: dict[str, dict[str, Tensor]] = {}
    weights = dict(_weights(net))
    before = {name: weight.detach().clone() for name, weight in weights.items()}
    wanted = [
        name
        for name in layers_of(net)
        if name in weights or kind_of(net.get_submodule(name)) in _DYING
    ]

    def seen(call: Call) -> None:
        rows[call.name] = _activation(call)

    with watch(net, wanted, on_call=seen):
        yield rows
    with torch.no_grad():
        for name, weight in weights.items():
            if name in rows:
                rows[name] |= _moved(before[name], weight)


def _weights(net: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The largest parameter of each layer: its weights, not its biases."""
    for name in layers_of(net):
        own = list(net.get_submodule(name).parameters())
        if own:
            yield name, max(own, key=Tensor.numel)


def _activation(call: Call) -> dict[str, Tensor]:
    output = call.output.float()
    variance, mean = torch.var_mean(output, correction=0)
    found = {"mean": mean, "variance": variance}
    if kind_of(call.module) in _DYING and output.dim() > 1:
        others = [axis for axis in range(output.dim()) if axis != 1]
        found["dead"] = (output.amax(others) <= 0).float().mean()
    return found


def _moved(before: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """The figures of a layer's weights, after the step."""
    length = torch.linalg.vector_norm(before)
    found = {"weight": length}
    if weight.grad is not None:
        found["gradient"] = torch.linalg.vector_norm(weight.grad)
    found["update"] = torch.linalg.vector_norm(weight.detach() - before) / length
    return found


def _kinds(net: nn.Module, names: Iterable[str]) -> list[str]:
    return [kind_of(net.get_submodule(name.partition(":")[0])) for name in names]


def _table(rows: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Floats]:
    """Each figure of all layers, (L,), nan where there is none."""
    none = torch.tensor(torch.nan)
    return {
        name: np.array([float(row.get(name, none)) for row in rows.values()]) for name in FIGURES
    }
