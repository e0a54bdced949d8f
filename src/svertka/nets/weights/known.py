"""The weights that svertka knows by name: where they lie, what they expect, under which licence."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from svertka import runtime
from svertka.errors import MissingExtra, UnknownName
from svertka.nets.weights.fetch import OnBytes, fetch, is_whole

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Known:
    """One file of weights for one net of the catalogue, trained on ImageNet-1k (1,000 classes).

    ``mean`` and ``std`` are per channel, of values scaled to 0..1; ``top1`` is per cent right on
    ImageNet's validation part as the source publishes it; ``url`` or ``package`` says whence.
    """

    net: str
    file: str
    sha256: str
    megabytes: int
    top1: float
    mean: tuple[float, ...]
    std: tuple[float, ...]
    licence: str
    page: str
    url: str = ""
    package: str = ""
    requirement: str = ""
    extra: str = ""

    def path(self) -> Path:
        """Where the file is, or will be once it is downloaded.

        Raises MissingExtra when it comes in a package that is not installed.
        """
        if not self.package:
            return runtime.weights_folder() / self.file
        found = find_spec(self.package)
        if found is None or found.origin is None:
            raise MissingExtra(f"The package with weights for {self.net}", self.extra)
        return Path(found.origin).parent / self.file

    def at_hand(self) -> bool:
        """True when the weights can be used without a download."""
        try:
            return self.path().is_file()
        except MissingExtra:
            return False

    def get(self, on_bytes: OnBytes | None = None) -> Path:
        """The checked file; downloaded if need be, with the bytes reported to ``on_bytes``."""
        path = self.path()
        if not self.package:
            return fetch(self.url, path, self.sha256, on_bytes)
        if not is_whole(path, self.sha256):
            raise MissingExtra(f"The right {self.file} of {self.requirement}", self.extra)
        return path


@cache
def _table() -> dict[str, Known]:
    with Path(__file__).with_name("known.toml").open("rb") as file:
        table = tomllib.load(file)
    rows = {}
    for net, row in table["nets"].items():
        source = table["sources"][row["source"]]
        rows[net] = Known(
            net=net,
            file=row["file"],
            sha256=row["sha256"],
            megabytes=row["megabytes"],
            top1=row["top1"],
            mean=tuple(row.get("mean", IMAGENET_MEAN)),
            std=tuple(row.get("std", IMAGENET_STD)),
            licence=source["licence"],
            page=source["page"],
            url=source["url"] + row["file"] if "url" in source else "",
            package=source.get("package", ""),
            requirement=source.get("requirement", ""),
            extra=source.get("extra", ""),
        )
    return rows


def known_nets() -> tuple[str, ...]:
    """The names of the nets whose ImageNet weights svertka knows.

    >>> "resnet18" in known_nets()
    True
    """
    return tuple(sorted(_table()))


def known(net: str) -> Known:
    """The known weights of a net of the catalogue.

    Raises UnknownName, with the nearest names.

    >>> known("efficientnet_lite0").mean
    (0.5, 0.5, 0.5)
    """
    rows = _table()
    if net not in rows:
        raise UnknownName("net with ImageNet weights", net, known_nets())
    return rows[net]
