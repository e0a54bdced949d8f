from __future__ import annotations

import json

import pytest

from svertka.errors import NetTextError, ShapeError, UsageError
from svertka.grammar import parse, resolve

LECTURE = "[(CONV-RELU)*N-POOL?]*M-(FC-RELU)*K,SOFTMAX"


def last(text, size, **more):
    return resolve(text, input=size, **more).layers[-1]


def test_figures_of_the_lectures():
    layer = last("conv10k5p2", (3, 32, 32))
    assert (layer.parameters, layer.output) == (760, (10, 32, 32))
    plan = resolve("conv5k3p0-conv3k4p0", input=(3, 32, 32))
    assert [layer.output for layer in plan.layers] == [(5, 30, 30), (3, 27, 27)]
    deep = resolve("conv5p0*5", input=(3, 100, 100))
    assert deep.output == (5, 90, 90)
    assert resolve("conv4*2", input=(1, 9, 9)).receptive_field == (5, 5)
    assert last("conv6k5", (1, 28, 28)).output == (6, 28, 28)
    assert last("fc10", (1, 28, 28)).parameters == 7840 + 10
    assert last("conv32k1", (64, 56, 56)).output == (32, 56, 56)
    assert last("(conv6 | conv6)", (6, 32, 32)).output == (12, 32, 32)


def test_the_lectures_pattern_verbatim():
    plan = resolve(LECTURE, values={"N": 2, "M": 3, "K": 1})
    words = [layer.word for layer in plan.layers]
    part = "conv{0} relu conv{0} relu maxpool"
    assert (
        words
        == " ".join(
            [*(part.format(32 << i) for i in range(3)), "flatten fc128 relu fc10 softmax"]
        ).split()
    )
    assert plan.output == (10,)
    assert resolve(plan.text).layers == plan.layers


def test_a_pool_that_does_not_fit_is_left_out():
    plan = resolve(LECTURE, values={"n": 1, "m": 6, "k": 0}, input=(1, 28, 28))
    assert [layer.kind for layer in plan.layers].count("maxpool") == 4
    assert "left out where it does not fit" in str(plan)


@pytest.mark.parametrize("size", [(2, 33), (2, 33, 20), (2, 33, 20, 9)])
def test_the_input_decides_the_rank(size):
    plan = resolve("conv4-pool-conv8k1-gap-fc{classes}", input=size, classes=3)
    assert plan.layers[0].output == (4, *size[1:])
    assert plan.layers[0].parameters == 4 * 2 * 3 ** (len(size) - 1) + 4
    assert plan.layers[1].output == (4, *(n // 2 for n in size[1:]))
    assert plan.output == (3,)


def test_a_bias_unless_batch_norm_comes_next():
    def biases(text):
        plan = resolve(text, input=(4, 16, 16))
        return [layer.settings["bias"] for layer in plan.layers if layer.kind == "conv"]

    assert biases("conv4-bn") == [False]
    assert biases("conv4b-bn") == [True]
    assert biases("conv4-relu-bn") == [True]
    assert biases("a = conv4\nb = bn-relu\na-b") == [False]
    assert biases("(id + conv4)-relu") == [True]
    # what batch norm takes away again: DenseNet's layers and transitions have no biases
    assert biases("(id | conv4)-bn") == [False]
    assert biases("(id | bn-conv4)*2-bn") == [False, False]
    assert biases("conv4-avgpool-(id | bn-conv4)-bn") == [False, False]
    assert biases("conv4-(id | relu)-bn") == [True]


def test_paths_follow_definitions():
    text = "block(n) = (id + conv{n}-bn-relu-conv{n}-bn)-relu\nconv8-block(8)*2-[relu6-relu6]-fc2"
    paths = [layer.path for layer in resolve(text).layers]
    assert paths[:8] == [
        "conv",
        *(f"block1.{name}" for name in ["conv1", "bn1", "relu1", "conv2", "bn2", "add", "relu2"]),
    ]
    assert paths[-4:] == ["relu6_1", "relu6_2", "flatten", "fc"]
    assert len(set(paths)) == len(paths)


def test_names_that_would_hide_a_modules_own():
    plan = resolve("train = conv4\nrelu1 = tanh\ntrain-relu1-relu-relu-add1-add1\nadd1 = (id + id)")
    paths = [layer.path for layer in plan.layers]
    assert paths == ["train_.conv", "relu1.tanh", "relu1_", "relu2", "add1_1.add", "add1_2.add"]


def test_values_given_and_in_the_text():
    assert resolve("n = 4\nconv{n}", values={"N": 6}).output[0] == 6
    assert resolve("n = 4\nm = {n*2-1}\nconv{m}").output[0] == 7
    assert resolve("conv{channels}k1", input=(5, 8, 8)).output[0] == 5
    with pytest.raises(NetTextError, match="give it before the net"):
        resolve("conv{n}")
    with pytest.raises(UsageError, match="no name 'z'"):
        resolve("conv{n}", values={"n": 3, "z": 3})
    with pytest.raises(UsageError, match="is a chain of the text"):
        resolve("a = relu\na", values={"a": 3})
    with pytest.raises(UsageError, match="cannot be given"):
        resolve("conv{n}", values={"classes": 3})


def test_stated_and_assumed_input():
    plan = resolve("input 3x32x32\nclasses 7\nfc{classes}")
    assert (plan.input, plan.output, plan.assumed) == ((3, 32, 32), (7,), False)
    assert resolve("input 3x32x32\nfc4", input=(1, 8, 8)).input == (1, 8, 8)
    assert resolve("fc4").assumed
    with pytest.raises(UsageError, match="not channels x places"):
        resolve("fc4", input=(0, 3))


def test_softmax_is_the_head():
    assert [layer.kind for layer in resolve("fc5-softmax").layers] == ["flatten", "fc", "softmax"]
    after_relu = resolve("fc5-relu-softmax", classes=3).layers
    assert [layer.word for layer in after_relu][-2:] == ["fc3", "softmax"]
    with pytest.raises(ShapeError, match="only at the end"):
        resolve("softmax-fc5")
    with pytest.raises(ShapeError, match="only at the end"):
        resolve("(fc5-softmax + fc5)")


def test_floors_are_marked_and_strict_refuses():
    layer = last("conv1s3k3p0", (1, 7, 7))
    assert (layer.output, layer.note) == ((1, 2, 2), "(7 + 2·0 − 3)/3 + 1 = 2.33, floored")
    with pytest.raises(ShapeError, match=r"\(7 \+ 2·0 − 3\)/3 \+ 1 = 2\.33"):
        resolve("conv1s3k3p0", input=(1, 7, 7), strict=True)
    assert last("maxpool3s2c", (1, 8, 8), strict=True).output == (1, 4, 4)
    assert last("conv1s2k3p0", (1, 7, 7), strict=True).note == ""


def test_formulas():
    def of(text, size=(1, 7, 7)):
        return last(text, size).formula

    assert of("conv1k3p1s3") == "(7 + 2·1 − 3)/3 + 1 = 3"
    assert of("conv1k3p0s3") == "(7 + 2·0 − 3)/3 + 1 = 2.33, so 2"
    assert of("maxpool3s3c") == "(7 + 2·0 − 3)/3 + 1 = 2.33, so 3"
    assert of("conv1k1x3p0") == "(7 + 2·0 − 1)/1 + 1 = 7, (7 + 2·0 − 3)/1 + 1 = 5"
    assert of("conv1d2p0") == "(7 + 2·0 − 5)/1 + 1 = 3"
    assert of("conv1s2t", (1, 8, 8)) == "(9 + 2·0 − 3)/2 + 1 = 4"
    assert of("deconv1k3") == "(7 − 1)·2 − 2·1 + 3 + 1 = 14"
    assert of("up3") == "7·3 = 21"
    assert of("relu") == ""


def test_the_examples_of_the_languages_description():
    mix = (
        "mix(a,b,c,d,e,f) = (conv{a}k1-relu | conv{b}k1-relu-conv{c}-relu"
        " | conv{d}k1-relu-conv{e}k5-relu | maxpool3s1p1-conv{f}k1-relu)\nmix(4,4,8,2,4,4)"
    )
    assert resolve(mix, input=(3, 32, 32)).output == (20, 32, 32)
    unet = (
        "conv64-relu-(id | pool-conv128-relu-(id | pool-conv256-relu-up2)-conv128-relu-up2)"
        "-conv64-relu-conv{classes}k1"
    )
    assert resolve(unet, input=(1, 32, 32), classes=2).output == (2, 32, 32)
    four_ways = ["hog-fc2", "fc32-relu-fc2", "filters(vertical,diagonal)-relu-fc2"]
    for text in [*four_ways, "conv2-relu-fc2"]:
        assert resolve(text).output == (2,)


@pytest.mark.parametrize(
    ("text", "size", "shown", "message"),
    [
        (
            "conv32k9p0-relu",
            (1, 7, 7),
            "conv32k9p0",
            "a 9x9 filter does not fit a 7x7 input: (7 + 2·0 − 9)/1 + 1 < 1. "
            "Use k7 or smaller, or p1 or more.",
        ),
        ("pool*3", (1, 4, 4), "pool", "a 2x2 window does not fit a 1x1 input"),
        ("gap-conv3", (1, 4, 4), "conv3", "conv needs a picture, but a flat row of 1 numbers"),
        ("conv4g2", (3, 4, 4), "conv4g2", "2 groups do not divide 3 input channels"),
        ("conv4k3x3", (3, 9), "conv4k3x3", "gives 2 numbers; the input has 1 axes"),
        ("conv0", (3, 9, 9), "conv0", "at least 1"),
        ("drop1", (3, 9, 9), "drop1", "from 0 to below 1"),
        ("conv9999999-up16", (1, 9, 9), "up16", "207,359,979,264 numbers a picture"),
        ("aux(fc3)-fc10", (1, 9, 9), "aux(fc3)", "ends with the classes"),
        ("filters-fc3", (1, 9, 9), "filters", "needs names in brackets"),
        ("hog-fc3", (1, 9, 9), "hog", "Use smaller cells"),
        ("hog-fc3", (1, 90), "hog", "height and width only"),
        ("deconv3k2s3", (1, 9, 9), "deconv3k2s3", "leaves holes at stride 3: use k3"),
        ("maxpool2p2", (3, 9, 9), "maxpool2p2", "at most half"),
        ("conv{3/2}", (3, 9, 9), "3/2", "3/2 is not a whole number"),
        ("conv{3-4}", (3, 9, 9), "3-4", "a number is from 0"),
        ("a = b\nb = a\na", (3, 9, 9), "a", "a is defined by itself"),
        ("a(n) = conv{n}\na", (3, 9, 9), "a", "a(n) takes 1 number, not 0"),
        ("relu*1000*1", (3, 9, 9), "*", "cannot stand here"),
        ("[[relu*1000]*1000]*1000", (3, 9, 9), "[relu*1000]*1000", "more than 10,000 steps"),
    ],
)
def test_an_error_shows_the_place_and_the_remedy(text, size, shown, message):
    with pytest.raises(NetTextError) as caught:
        resolve(text, input=size)
    assert message in caught.value.message
    assert text[caught.value.start : caught.value.end] == shown


@pytest.mark.parametrize(
    ("text", "size", "remedy"),
    [
        ("(id + conv128s2)", (64, 56, 56), "Put conv128k1s2 on the short branch, in place of id."),
        ("(id + conv6-conv8)", (6, 9, 9), "Put conv8k1 on the short branch, in place of id."),
        ("(id + conv6p0)", (6, 32, 32), "conv6p0 makes 32x32 into 30x30: give it p1"),
        ("(conv6k2 + id)", (6, 32, 32), "use an odd kernel"),
        ("(id | pool-up2)", (6, 31, 32), "maxpool floors 31x32, so that the way up ends smaller"),
        ("(id | conv6s2)", (6, 32, 32), "Put conv6k1s2 on the short branch, in place of id."),
        ("(id + gap)", (6, 32, 32), "One is a picture, the other a flat row"),
    ],
)
def test_branches_that_do_not_fit_say_which_step_to_change(text, size, remedy):
    with pytest.raises(ShapeError) as caught:
        resolve(text, input=size)
    assert remedy in caught.value.message
    assert "The branches give" in caught.value.message


def test_many_definitions_that_double_stop_early():
    doubling = "\n".join(f"a{i} = a{i + 1}-a{i + 1}" for i in range(30))
    with pytest.raises(NetTextError, match="more than 10,000 steps"):
        resolve(f"{doubling}\na30 = relu\na0")


def test_the_plan_as_json_and_text():
    plan = resolve("block = (id + conv8-bn)-relu\nconv8-block*2-gap-fc{classes}", classes=4)
    payload = json.loads(json.dumps(plan.to_dict()))
    assert payload["kind"] == "net"
    assert payload["parameters"] == sum(layer["parameters"] for layer in payload["layers"])
    assert payload["receptive_field"] == [7, 7]
    assert payload["activation_bytes"] == 4 * (8 * 784 * 9 + 8 + 4)
    assert payload["layers"][1] == {
        "path": "block1.conv",
        "word": "conv8",
        "kind": "conv",
        "output": [8, 28, 28],
        "parameters": 576,
        "multiply_adds": 576 * 784,
        "receptive_field": [5, 5],
        "field": 2 * [{"period": 1, "advance": 1, "lows": [-2], "highs": [2]}],
        "note": "",
        "formula": "(28 + 2·1 − 3)/1 + 1 = 28",
    }
    chain = payload["diagram"]["items"][1]
    assert (chain["type"], chain["name"]) == ("chain", "block")
    assert chain["items"][0]["type"] == "add"
    assert chain["items"][0]["items"][0] == {"type": "chain", "name": None, "items": []}
    lines = str(plan).splitlines()
    assert " ".join(lines[2].split()) == "layer word output parameters multiply-adds sees note"
    assert lines[-4].split() == ["total", "4", "1,300", "959,648"]
    assert lines[-2] == "receptive field 7x7: what a place of the last map sees"


def test_a_tree_resolves_like_its_text():
    text = "n = 3\nconv{n}-relu"
    assert resolve(parse(text)) == resolve(text)
