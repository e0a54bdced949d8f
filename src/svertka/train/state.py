"""All that changes while a network trains, and its form on disk."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from svertka.errors import StoreError
from svertka.nets.modules import Net
from svertka.train.finetune import freeze_norm, rate_shares
from svertka.train.recipe import Recipe


@dataclass
class State:
    """Weights, their running average, the optimizer's memory, the place in time, the best so far.

    ``step`` counts finished steps; order, augmentation, dropout and learning rate are functions
    of it, so there is no random state to keep. ``seconds`` is the time of earlier sittings,
    ``top`` the highest validation figure so far (of the log-loss, its negative) and ``top_error``
    its standard error.
    """

    model: Net
    average: Net
    optimizer: torch.optim.Optimizer
    loss: Tensor
    step: int = 0
    loss_steps: int = 0
    seconds: float = 0.0
    top: float | None = None
    top_error: float = 0.0
    best_epoch: int = 0
    best_figures: dict[str, float] = field(default_factory=dict)
    best: dict[str, Tensor] = field(default_factory=dict)

    @classmethod
    def fresh(cls, model: Net, recipe: Recipe) -> State:
        """The state before the first step of ``model``, which it takes over."""
        device = next(model.parameters()).device
        average = copy.deepcopy(model).eval() if recipe.averaging else model
        loss = torch.zeros((), device=device)
        model.train()
        if recipe.frozen_norm:
            freeze_norm(model)
        return cls(model, average, make_optimizer(model, recipe), loss)

    def copy(self, recipe: Recipe) -> State:
        """Another fresh state of the same weights, to measure with and to throw away."""
        return State.fresh(copy.deepcopy(self.model), recipe)

    def keep_if_best(
        self, epoch: int, figures: Mapping[str, float], name: str, *, error: float
    ) -> bool:
        """Keep the averaged weights if the epoch is the best by figure ``name``; whether it is.

        That is the latest epoch whose figure is within one standard ``error`` of the highest so
        far: less is chance among so few pictures, and a later epoch has learned more. Source: the
        one-standard-error rule of Breiman et al. 1984. Of log-losses the least counts: their error
        is that some pictures are harder, and those are the same in every epoch.
        """
        value = figures[name] if name != "log_loss" else -figures[name]
        if self.top is None or value > self.top:
            self.top, self.top_error = value, error if name != "log_loss" else 0.0
        if value < self.top - self.top_error:
            return False
        self.best_epoch, self.best_figures = epoch, dict(figures)
        self.best = {key: tensor.clone() for key, tensor in self.average.state_dict().items()}
        return True

    def tensors(self) -> dict[str, Tensor]:
        """Everything that is a tensor, by name."""
        named = {f"model.{name}": value for name, value in self.model.state_dict().items()}
        if self.average is not self.model:
            values = self.average.state_dict().items()
            named |= {f"average.{name}": value for name, value in values}
        named |= {f"best.{name}": value for name, value in self.best.items()}
        for number, key, value in _slots(self.optimizer):
            named[f"optimizer.{number}.{key}"] = value
        return named | {"loss": self.loss}

    def numbers(self) -> dict[str, Any]:
        """Everything else, as plain JSON types."""
        return {
            "step": self.step,
            "loss_steps": self.loss_steps,
            "seconds": self.seconds,
            "top": self.top,
            "top_error": self.top_error,
            "best_epoch": self.best_epoch,
            "best_figures": self.best_figures,
        }

    def restore(self, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
        """Become the state that was saved; raises ``StoreError`` where it does not fit."""
        try:
            self._fill(tensors)
            self.step, self.loss_steps = int(numbers["step"]), int(numbers["loss_steps"])
            self.seconds, self.best_epoch = float(numbers["seconds"]), int(numbers["best_epoch"])
            self.top, self.top_error = numbers["top"], float(numbers["top_error"])
            self.best_figures = dict(numbers["best_figures"])
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise StoreError(
                f"The checkpoint does not fit its network: {error}. "
                "It is of another version or was changed: train again."
            ) from error

    def _fill(self, tensors: Mapping[str, Tensor]) -> None:
        groups: dict[str, dict[str, Tensor]] = {}
        for name, value in tensors.items():
            group, _, rest = name.partition(".")
            groups.setdefault(group, {})[rest] = value
        self.model.load_state_dict(groups["model"])
        if self.average is not self.model:
            self.average.load_state_dict(groups["average"])
        # Copies take the memory format of the weights: a file has none.
        for name, value in groups.get("best", {}).items():
            self.best[name] = torch.empty_like(self.model.state_dict()[name]).copy_(value)
        weights = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        for name, value in groups.get("optimizer", {}).items():
            number, _, key = name.partition(".")
            weight = weights[int(number)]
            slot = torch.empty_like(weight) if value.shape == weight.shape else value.clone()
            self.optimizer.state[weight][key] = slot.copy_(value).detach()
        self.loss.copy_(groups["loss"][""])


def make_optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """SGD-Nesterov or AdamW; weights decay, norms and biases (all that has one axis) do not.

    A group's ``share`` is that of the learning rate: less than 1 for early layers, if the recipe
    says so.
    """
    groups: list[dict[str, Any]] = []
    for share, weights in rate_shares(model, recipe.early_rate):
        decaying = [w for w in weights if w.ndim > 1]
        others = [w for w in weights if w.ndim <= 1]
        groups.append({"params": decaying, "share": share, "weight_decay": recipe.weight_decay})
        groups.append({"params": others, "share": share, "weight_decay": 0.0})
    groups = [group for group in groups if group["params"]]
    rate, fused = recipe.learning_rate, recipe.fused
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(groups, lr=rate, betas=(recipe.momentum, 0.999), fused=fused)
    nesterov = recipe.momentum > 0
    return torch.optim.SGD(
        groups, lr=rate, momentum=recipe.momentum, nesterov=nesterov, fused=fused
    )


def update_average(state: State, recipe: Recipe) -> None:
    """Move the averaged weights, and batch norm's statistics with them, towards the present ones.

    The first steps count for more, so that the start is soon forgotten. Source: Polyak and Juditsky
    1992; exponential as in Morales-Brotons et al. 2024. Stochastic weight averaging (Izmailov et
    al. 2018) is left out: it takes the rate to be high to the end, and batch norm's statistics to
    be measured anew.
    """
    if state.average is state.model:
        return
    decay = min(recipe.averaging, (1 + state.step) / (10 + state.step))
    pairs = list(zip(_floats(state.average), _floats(state.model), strict=True))
    torch._foreach_lerp_([a for a, _ in pairs], [b for _, b in pairs], 1 - decay)


def _floats(module: nn.Module) -> Iterator[Tensor]:
    for group in (module.parameters(), module.buffers()):
        yield from (value.detach() for value in group if value.is_floating_point())


def _slots(optimizer: torch.optim.Optimizer) -> Iterator[tuple[int, str, Tensor]]:
    """The optimizer's tensors: number of the weight, name, value."""
    weights = [weight for group in optimizer.param_groups for weight in group["params"]]
    for number, weight in enumerate(weights):
        for key, value in optimizer.state.get(weight, {}).items():
            if isinstance(value, Tensor):
                yield number, key, value
