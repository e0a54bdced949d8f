"""What stays the same while a network trains, and its form in a checkpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import torch
from pydantic import ValidationError
from torch import Tensor

from svertka import runtime
from svertka.data import Dataset
from svertka.data.balance import class_weights, label_weights
from svertka.errors import StoreError, UsageError
from svertka.grammar import Plan, resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.nets.modules import Net, zero_branches
from svertka.store import RunFolder
from svertka.train.events import Moved
from svertka.train.length import Length
from svertka.train.processes import Processes, here
from svertka.train.recipe import Recipe, check_task
from svertka.version import __version__

_NUMBERS_DEPEND_ON = {
    "name": "processor",
    "torch": "torch",
    "svertka": "svertka",
    "processes": "processes",
}


@dataclass(frozen=True)
class Job:
    """Data, net, recipe, place and machine of one training."""

    dataset: Dataset
    net: str
    plan: Plan
    recipe: Recipe
    folder: RunFolder
    device: torch.device
    threads: int
    precision: runtime.Precision
    length: Length
    processes: Processes

    @classmethod
    def fresh(cls, dataset: Dataset, net: str, recipe: Recipe, folder: RunFolder) -> Job:
        """A new job on this machine; the length of a budget is not known yet.

        Raises ``UsageError`` where the recipe is for other data: labels, or one class each.
        """
        check_task(recipe, dataset.task)
        device = runtime.pick_device()
        threads = runtime.set_threads()
        precision = recipe.precision
        per_epoch = max(1, len(dataset.train) // recipe.batch)
        return cls(
            dataset=dataset,
            net=net,
            plan=_plan(dataset, net),
            recipe=recipe,
            folder=folder,
            device=device,
            threads=threads,
            precision=runtime.pick_precision(device) if precision == "auto" else precision,
            length=Length(steps=(recipe.epochs or 1) * per_epoch, steps_per_epoch=per_epoch),
            processes=here(),
        ).agreed()

    @classmethod
    def stored(cls, folder: RunFolder, dataset: Dataset, numbers: Mapping[str, Any]) -> Job:
        """The job of a checkpoint; raises ``StoreError`` where the data are not the same."""
        where = folder.path / "checkpoint"
        try:
            job = numbers["job"]
            if job["data"] != dataset.key:
                raise StoreError(
                    f"{dataset.source} is not what {folder.path} was training on: its pictures, "
                    "labels or parts have changed. Bring the old data back, or train anew."
                )
            return cls(
                dataset=dataset,
                net=job["net"],
                plan=_plan(dataset, job["net"]),
                recipe=Recipe.model_validate(job["recipe"]),
                folder=folder,
                device=runtime.pick_device(job["device"]),
                threads=runtime.set_threads(job["threads"]),
                precision=job["precision"],
                length=Length(**job["length"]),
                processes=here(),
            )
        except UsageError as error:
            raise StoreError(
                f"{folder.path} was computed on {job['device']}, and that cannot be used here. "
                "Go on where it can, or train anew."
            ) from error
        except (KeyError, TypeError, ValidationError) as error:
            raise StoreError(f"{where} is of another version ({error}): train again.") from error

    def agreed(self) -> Job:
        """This job as the first of all processes has it: one measurement, not one of each."""
        if self.processes.count == 1:
            return self
        if self.batch < self.processes.count:
            raise UsageError(
                f"{self.processes.count} processes cannot share batches of {self.batch} pictures. "
                "Start fewer processes, or take larger batches (--set batch=256)."
            )
        numbers = self.processes.told(lambda: {"job": self.numbers()})
        return Job.stored(self.folder, self.dataset, numbers)

    @property
    def batch(self) -> int:
        """The number of pictures in every batch, of all processes together."""
        return min(self.recipe.batch, len(self.dataset.train))

    @cached_property
    def class_weights(self) -> Tensor | None:
        """What a picture of each class counts for where all classes should count alike, or one
        with each label; on the device. None where every picture does."""
        if self.recipe.balance is None:
            return None
        counts = self.dataset.class_counts["train"]
        if self.dataset.task == "labels":
            weights = label_weights(counts, len(self.dataset.train))
        else:
            weights = class_weights(counts)
        return torch.tensor(weights, device=self.device)

    def numbers(self) -> dict[str, Any]:
        """The job as plain JSON types, without data and folder."""
        return {
            "data": self.dataset.key,
            "net": self.net,
            "recipe": self.recipe.model_dump(mode="json"),
            "device": str(self.device),
            "threads": self.threads,
            "precision": self.precision,
            "length": asdict(self.length),
            "machine": self.machine() | {"svertka": __version__},
        }

    def machine(self) -> dict[str, Any]:
        """What the job is computed on, for the run's record."""
        told = runtime.describe(self.device, threads=self.threads, precision=self.precision)
        count = self.processes.count
        return told | ({"processes": count} if count > 1 else {})

    def moved(self, numbers: Mapping[str, Any], usual: int) -> Moved | None:
        """What is not as it was when ``numbers`` were stored; ``usual`` threads are taken here."""
        before, now = numbers["job"].get("machine", {}), self.numbers()["machine"]
        changes = [
            (what, str(before[key]), str(now.get(key, 1)))
            for key, what in _NUMBERS_DEPEND_ON.items()
            if key in before and before[key] != now.get(key)
        ]
        if not changes and usual == self.threads:
            return None
        return Moved(tuple(changes), (self.threads, usual))

    def module(self) -> Net:
        """The network with its first weights, on the device."""
        module = build(self.plan, seed=self.recipe.seed).to(self.device)
        if self.recipe.zero_branches and self.recipe.weights is None:
            zero_branches(module)
        if self.recipe.channels_last:
            module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return module

    @contextmanager
    def surroundings(self) -> Iterator[None]:
        """Training's settings of torch and of memory; torch's random state is put back after."""
        if self.recipe.keep_memory and self.device.type == "cpu":
            runtime.keep_memory()
        cuda = [self.device] if self.device.type == "cuda" else []
        with (
            torch.random.fork_rng(devices=cuda),
            torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True),
            torch.inference_mode(False),
            torch.enable_grad(),
        ):
            yield


def _plan(dataset: Dataset, net: str) -> Plan:
    contract = dataset.contract
    shape = (contract.channels, *contract.size)
    return resolve(find(net), input=shape, classes=len(contract.classes))
