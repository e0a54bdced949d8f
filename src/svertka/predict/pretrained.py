"""Nets that other people trained on ImageNet, ready to answer."""

from __future__ import annotations

from svertka.data import InputContract
from svertka.grammar import Plan, resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find
from svertka.nets.weights.fetch import OnBytes
from svertka.nets.weights.imagenet import imagenet_classes
from svertka.nets.weights.known import Known, known
from svertka.nets.weights.load import load_weights
from svertka.nets.weights.read import read_tensors
from svertka.predict.predictor import Predictor


def pretrained(
    net: str, *, device: str | None = None, on_bytes: OnBytes | None = None
) -> Predictor:
    """A net of the catalogue with its known ImageNet weights and the names of the 1,000 classes.

    The weights are downloaded where no package brings them. Raises UnknownName for a net without
    known weights, MissingExtra for what is not installed, SvertkaError when offline.

    >>> cats = pretrained("efficientnet_lite0").classes[281:286]
    >>> cats[-1]
    'Egyptian cat'
    """
    row = known(net)
    names = imagenet_classes()
    plan = resolve(find(net), classes=len(names))
    module = build(plan)
    path = row.get(on_bytes)
    load_weights(module, read_tensors(path), str(path))
    return Predictor(module.to(device or "cpu").eval(), contract_of(row, plan, names))


def contract_of(row: Known, plan: Plan, classes: tuple[str, ...]) -> InputContract:
    """What known weights expect of a picture, at the size of the plan."""
    channels, height, width = plan.input
    return InputContract(
        size=(height, width),
        channels=channels,
        mean=row.mean,
        std=row.std,
        fit="crop",
        classes=classes,
    )
