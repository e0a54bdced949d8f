from __future__ import annotations

import subprocess
import sys

import pytest

from svertka.errors import UnknownName
from svertka.grammar import parse, resolve
from svertka.nets.catalogue import entry, find, names

# torchvision's and timm's documentation; the others by hand
PARAMETERS = {
    "alexnet": 60_965_224,
    "alexnet_torchvision": 61_100_840,
    "densenet121": 7_978_856,
    "densenet161": 28_681_000,
    "densenet169": 14_149_480,
    "densenet201": 20_013_928,
    "efficientnet_lite0": 4_652_008,
    "googlenet": 13_004_888,
    "inception_v3": 27_161_264,
    "lenet5": 61_706,
    "linear": 7_850,
    "preact_resnet50": 25_549_352,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnext101_32x8d": 88_791_336,
    "resnext50_32x4d": 25_028_904,
    "unet": 31_030_658,
    "vgg11": 132_863_336,
    "vgg11_bn": 132_868_840,
    "vgg13": 133_047_848,
    "vgg13_bn": 133_053_736,
    "vgg16": 138_357_544,
    "vgg16_bn": 138_365_992,
    "vgg19": 143_667_240,
    "vgg19_bn": 143_678_248,
    "wide_resnet101_2": 126_886_696,
    "wide_resnet50_2": 68_883_240,
}
WITHOUT_SIDES = {"googlenet": 6_624_904, "inception_v3": 23_834_568}
# torchvision's documentation, in units of 10^9
MULTIPLY_ADDS = {
    "alexnet_torchvision": 0.71,
    "densenet121": 2.83,
    "densenet161": 7.73,
    "densenet169": 3.36,
    "densenet201": 4.29,
    "googlenet": 1.50,
    "inception_v3": 5.71,
    "resnet101": 7.80,
    "resnet152": 11.51,
    "resnet18": 1.81,
    "resnet34": 3.66,
    "resnet50": 4.09,
    "resnext50_32x4d": 4.23,
    "vgg11": 7.61,
    "vgg16": 15.47,
    "vgg19": 19.63,
    "wide_resnet50_2": 11.40,
}
# Araujo, Norris, Sim: Computing Receptive Fields of Convolutional Neural Networks, 2019
FIELDS = {
    "alexnet": 195,
    "inception_v2": 699,
    "inception_v3": 1311,
    "vgg16": 212,
}


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_parameters_as_published(name):
    assert resolve(find(name)).parameters == PARAMETERS[name]


@pytest.mark.parametrize("name", sorted(WITHOUT_SIDES))
def test_parameters_without_side_classifiers(name):
    plan = resolve(find(name))
    assert plan.parameters - plan.side_parameters == WITHOUT_SIDES[name]


@pytest.mark.parametrize("name", sorted(MULTIPLY_ADDS))
def test_multiply_adds_as_published(name):
    assert round(resolve(find(name)).multiply_adds / 1e9, 2) == MULTIPLY_ADDS[name]


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_receptive_fields_as_published(name):
    assert resolve(find(name)).receptive_field == (FIELDS[name],) * 2


def test_batch_norm_inception_with_biases():
    """Caffe's model has a bias in each convolution: 11,295,240 parameters in its translations."""
    plan = resolve(find("inception_v2"))
    biases = sum(layer.output[0] for layer in plan.layers if layer.kind == "conv")
    assert plan.parameters + biases == 11_295_240


@pytest.mark.parametrize("name", names())
def test_a_net_says_what_it_is(name):
    found = entry(name)
    net = parse(found.text)
    assert (net.name, resolve(net).name) == (name, name)
    assert net.input
    assert net.classes
    assert found.about
    assert parse(str(net)) == net
    plan = resolve(net)
    assert found.parameters in (None, plan.parameters)
    assert found.depth in (None, plan.depth)
    assert (found.top1 is None) == (found.source is None)
    if found.top1:
        assert found.year
        assert found.paper


@pytest.mark.parametrize("name", names())
def test_a_text_is_short(name):
    lines = [line for line in find(name).splitlines() if not line.startswith("#")]
    assert len(lines) <= 32


def test_depths_share_one_text():
    shallow, deep = (find(name).splitlines() for name in ("resnet50", "resnet152"))
    differ = [pair for pair in zip(shallow, deep, strict=True) if pair[0] != pair[1]]
    assert differ == [("net resnet50", "net resnet152"), ("b = 4", "b = 8"), ("c = 6", "c = 36")]


def test_figures_and_papers():
    assert entry("resnext50_32x4d").paper.startswith("Xie, Girshick")
    assert entry("wide_resnet50_2").year == 2016
    assert entry("vgg16").paper.startswith("Simonyan, Zisserman: Very Deep")
    assert (entry("vgg16").top1, entry("vgg16").top5) == (25.6, 8.1)
    assert entry("linear").year is None
    with pytest.raises(UnknownName, match="resnet18"):
        entry("resnet19")


def test_a_text_is_found_as_it_is():
    assert find("fc10") == "fc10"
    assert find("conv8-relu") == "conv8-relu"
    assert find(" ResNet18 ") == find("resnet18")
    assert find("conv8\nrelu") == "conv8\nrelu"
    assert find("conv64k3q") == "conv64k3q"  # a misspelt layer: the language says what is wrong


@pytest.mark.parametrize("name", ["resnet19", "hello", "../resnet18", "resnet18.net"])
def test_an_unknown_name_offers_the_nearest(name):
    if "/" in name:
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
        "heavy = {'torch', 'numpy', 'lark', 'pydantic'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
