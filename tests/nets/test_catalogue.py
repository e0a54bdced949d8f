from __future__ import annotations

import subprocess
import sys

import pytest

from svertka.errors import UnknownName
from svertka.grammar import parse, resolve
from svertka.nets.catalogue import find, names

# published by torchvision (and, for lenet5, by hand from the paper's layers)
PARAMETERS = {
    "densenet121": 7_978_856,
    "lenet5": 61_706,
    "resnet18": 11_689_512,
    "resnet50": 25_557_032,
    "vgg16": 138_357_544,
}
MULTIPLY_ADDS = {
    "densenet121": 2.834e9,
    "resnet18": 1.814e9,
    "resnet50": 4.089e9,
    "vgg16": 15.47e9,
}
# Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019
FIELDS = {"resnet18": 435, "vgg16": 212}


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_parameters_as_published(name):
    assert resolve(find(name)).parameters == PARAMETERS[name]


@pytest.mark.parametrize("name", sorted(MULTIPLY_ADDS))
def test_multiply_adds_as_published(name):
    assert resolve(find(name)).multiply_adds == pytest.approx(MULTIPLY_ADDS[name], rel=1e-3)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_receptive_fields_as_published(name):
    assert resolve(find(name)).receptive_field == (FIELDS[name],) * 2


@pytest.mark.parametrize("name", names())
def test_every_net_states_its_input_and_classes(name):
    net = parse(find(name))
    assert net.input
    assert net.classes
    plan = resolve(net)
    assert plan.layers
    assert parse(str(net)) == net


def test_a_text_is_found_as_it_is():
    assert find("fc10") == "fc10"
    assert find("conv8-relu") == "conv8-relu"
    assert find(" ResNet18 ") == find("resnet18")


@pytest.mark.parametrize("name", ["resnet19", "fc10x", "hello", "../resnet18", "resnet18.net"])
def test_an_unknown_name_offers_the_nearest(name):
    if "." in name:
        assert find(name) == name
    else:
        with pytest.raises(UnknownName, match=r"There is no net"):
            find(name)


def test_a_name_is_resolved_without_torch_or_numpy():
    code = (
        "import sys\n"
        "from svertka.grammar import resolve\n"
        "from svertka.nets.catalogue import find\n"
        "str(resolve(find('resnet18')))\n"
        "sys.exit(bool({'torch', 'numpy', 'lark', 'pydantic', 'difflib'} - {'difflib'}"
        " & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
