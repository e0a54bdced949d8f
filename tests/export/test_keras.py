"""The Keras source with svertka's weights gives svertka's numbers, whatever runs Keras."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from sourced import shaken, small
from svertka.errors import UsageError
from svertka.export.keras import keras
from svertka.grammar import resolve
from svertka.nets.build import build

# Runs the sources one after another in one process: Keras takes seconds to start.
PROGRAM = """
import importlib.util, json, pathlib, sys
import keras, numpy
from safetensors.numpy import load_file

for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    spec = importlib.util.spec_from_file_location(folder.name, folder / "net.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, json.loads((folder / "about.json").read_text())["main"])()
    module.load(model, load_file(folder / "model.safetensors"))
    x = numpy.moveaxis(numpy.load(folder / "x.npy"), 1, -1)
    y = keras.ops.convert_to_numpy(model(x, training=False))
    numpy.save(folder / "y.npy", numpy.moveaxis(y, -1, 1))
"""
TEXTS = {
    "padding": ("conv4k3s2t-relu6-conv4k5s2-leaky0.2-conv6k2p1-fc3", (3, 15, 14)),
    "pools": ("conv4-maxpool3s2p1-avgpool3s1p1-maxpool3s1p1-maxpool2c-avgpool2-fc3", (2, 21, 19)),
    "deconv": ("conv4-bn-deconv3k4s2-deconv4k3s2-up2-conv3k3x1-gap-softmax", (1, 6, 6)),
    "volume": ("conv4-bn-maxpool2-deconv3k2-(id | conv2p1)-drop-conv2k1-fc2", (2, 8, 8, 8)),
    "signal": ("conv4k5s2-gelu-conv4g4-lrn3-maxpool2-up3-conv6g2-silu-fc2", (2, 40)),
    "flat": ("fc8-tanh-bn-fc8-sigmoid-drop-fc3", (30,)),
    "letters": ("m(a, b, x, name) = (conv{a} | conv{b} | conv{x}k{name} | id)-relu\n"
                "m(2, 3, 1, 1)-m(4, 5, 2, 3)-m(1, 1, 2, 1)*4-conv6g3d2-gap-fc2", (3, 9, 9)),
    "if": ("if(n) = [conv{n}-relu]*n\nfor = (id | relu | (conv2 + conv2))\nif(3)-for-if(4)-for-fc2",
           (3, 5, 5)),
}  # fmt: skip
# Those that the lectures name, and one of each other text of the catalogue; hog is not in Keras.
NETS = (
    "alexnet", "all_convolutional", "autoencoder", "densenet121", "efficientnet_lite0",
    "four_eight_conv", "four_eight_dense", "four_eight_fixed", "googlenet", "house_s", "house_m",
    "house_l", "inception_v2", "inception_v3", "lenet5", "linear", "mlp", "plain18",
    "preact_resnet50", "resnet18", "resnet50", "resnext50_32x4d", "two_layers", "unet", "vgg16_bn",
)  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Every net's numbers: what svertka's module gives, and what the Keras source gives."""
    if importlib.util.find_spec("keras") is None:
        pytest.skip("needs keras: pip install 'svertka[keras]'")
    place = tmp_path_factory.mktemp("keras")
    plans = {name: small(name) for name in NETS}
    plans |= {name: resolve(text, input=size) for name, (text, size) in TEXTS.items()}
    expected = {name: prepare(name, plan, place / name) for name, plan in plans.items()}
    variables = {**os.environ, "KERAS_BACKEND": "torch", "CUDA_VISIBLE_DEVICES": ""}
    variables["KERAS_HOME"] = str(place.parent / "home")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, place], env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return {name: (y, np.load(place / name / "y.npy")) for name, y in expected.items()}


def prepare(name, plan, folder):
    """Write a net's source, weights and pictures; its numbers by svertka."""
    folder.mkdir()
    text = keras(plan)
    (folder / "net.py").write_text(text, encoding="utf-8")
    main = text.split("\n    ")[-1].split("(")[0].strip()
    (folder / "about.json").write_text(json.dumps({"main": main}))
    net = shaken(build(plan))
    save_file(net.state_dict(), folder / "model.safetensors")
    x = torch.randn(1, *plan.input, generator=torch.Generator().manual_seed(1))
    np.save(folder / "x.npy", x.numpy())
    with torch.no_grad():
        return net(x).numpy()


@pytest.mark.parametrize("name", [*NETS, *TEXTS])
def test_the_source_gives_the_same_numbers(answers, name):
    ours, theirs = answers[name]
    assert ours.shape == theirs.shape
    scale = float(np.abs(ours).max())
    np.testing.assert_allclose(theirs, ours, rtol=1e-3, atol=1e-4 * scale)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conv4-hog-fc2", r"no counterpart of hog \(hog\): it has no histograms"),
        ("conv4-avgpool3s2c-fc2", "pool"),
        ("conv4s2d2-fc2", "a stride with a dilation"),
        ("conv4-deconv4g2-fc2", "no groups"),
        ("a = conv2-aux(gap-fc{classes})-relu\na-a-fc{classes}", "stands inside a definition"),
    ],
)
def test_what_keras_lacks_is_refused_by_name(text, message):
    with pytest.raises(UsageError, match=message):
        keras(resolve(text, input=(4, 16, 16)))


def test_side_classifiers_are_answers_on_demand():
    text = keras(resolve("conv4-aux(gap-fc{classes})-gap-fc{classes}", input=(3, 8, 8)))
    assert "def net(sides=False):" in text
    assert '    answers.append(aux(x, name="aux"))' in text
    assert "keras.Model(inputs, [x, *answers] if sides else x" in text
