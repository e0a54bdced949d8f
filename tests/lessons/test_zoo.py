"""The zoo: published sizes, and that what is kept is what the nets of the code would give."""

import pytest

import svertka
from svertka.lessons.registry import find
from svertka.lessons.zoo import EPOCHS, NETS, PUBLISHED, SEEDS

# LeCun et al. 1998 with today's parts; Krizhevsky et al. 2012; the others as torchvision counts.
PARAMETERS = {
    "lenet5": 61_706,
    "alexnet": 60_965_224,
    "vgg16": 138_357_544,
    "googlenet": 13_004_888,
    "resnet50": 25_557_032,
    "densenet121": 7_978_856,
}
STATE = find("zoo").state({"family": "ResNet"})


def test_published_sizes():
    for name, count in PARAMETERS.items():
        assert STATE["numbers"][name] == count == svertka.net(name).parameters
    assert STATE["numbers"]["googlenet_plain"] == 6_624_904
    assert {net for net, *_ in PUBLISHED.values()} == set(PARAMETERS)


def test_what_is_kept_belongs_to_the_nets_of_the_code():
    plans = {name: svertka.net(text, input=(1, 28, 28)) for name, text in NETS.items()}
    for name, depth, parameters, products, accuracy in STATE["views"]["small"]["rows"]:
        plan = plans[name]
        assert (depth, parameters, products) == (plan.depth, plan.parameters, plan.multiply_adds)
        assert 0.6 < accuracy < 0.95
    assert STATE["views"]["cost"]["x"] == [plan.multiply_adds for plan in plans.values()]
    assert (STATE["numbers"]["epochs"], STATE["numbers"]["seeds"]) == (EPOCHS, SEEDS)


@pytest.mark.parametrize("family", NETS)
def test_each_family_can_be_looked_at_and_trained(family):
    state = find("zoo").state({"family": family})
    net = state["views"]["net"]["net"]
    assert net["parameters"] == svertka.net(NETS[family], input=(1, 28, 28)).parameters
    assert net["output"] == [10]
    assert state["views"]["accuracy"] == STATE["views"]["accuracy"]


def test_what_the_text_says():
    """The newest lead; more products are no more accuracy; every interval holds its value."""
    bars = STATE["views"]["accuracy"]
    by_name = dict(zip(bars["labels"], bars["values"], strict=True))
    newest, older = ("Inception", "ResNet", "DenseNet"), ("LeNet-5", "AlexNet", "VGG")
    assert min(by_name[name] for name in newest) > max(by_name[name] for name in older)
    weights = {row[0]: row[2] for row in STATE["views"]["small"]["rows"]}
    assert all(0.7 < weights[name] / weights["LeNet-5"] < 1.4 for name in newest)
    assert len(svertka.open_data("fashion").train) == 8_500
    cost = dict(zip(NETS, STATE["views"]["cost"]["x"], strict=True))
    assert cost["Inception"] < cost["AlexNet"]
    for low, value, high in zip(bars["low"], bars["values"], bars["high"], strict=True):
        assert low < value < high
