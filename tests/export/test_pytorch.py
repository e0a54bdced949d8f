"""The PyTorch source runs without svertka and computes what svertka's own module computes."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings

from random_nets import fitting
from sourced import module_of, shaken, small
from svertka.export.pytorch import pytorch
from svertka.grammar import resolve
from svertka.nets.build import build
from svertka.nets.catalogue import find, names


def main_of(module, text):
    """The net's class: the last one."""
    return getattr(
        module, [n for n in ast.parse(text).body if isinstance(n, ast.ClassDef)][-1].name
    )


def check_equal(plan, folder):
    """The source's module takes the weights by their names and gives the same numbers."""
    text = pytorch(plan)
    imported = {n.split(".")[0] for n in re.findall(r"^(?:import|from) (\S+)", text, flags=re.M)}
    assert imported <= {"torch", "math"}
    net = shaken(build(plan))
    made = main_of(module_of(text, folder), text)
    with torch.device("meta"):
        empty = made()
    ours, theirs = net.state_dict(), empty.state_dict()
    assert {k: v.shape for k, v in ours.items()} == {k: v.shape for k, v in theirs.items()}
    if any(layer.kind == "filters" for layer in plan.layers):
        empty = made()  # fixed kernels are no weights: the source makes them
    empty.load_state_dict(ours, assign=True)
    x = torch.randn(2, *plan.input, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        assert torch.equal(empty.eval()(x), net(x))
    return net, empty


@pytest.mark.parametrize("name", names())
def test_every_net_of_the_catalogue(name, tmp_path):
    check_equal(small(name), tmp_path)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(fitting())
def test_random_nets(tmp_path_factory, drawn):
    text, size = drawn
    plan = resolve(text, input=size)
    assume(max(plan.parameters, plan.activation_bytes, plan.multiply_adds / 100) < 10**6)
    check_equal(plan, tmp_path_factory.mktemp("nets"))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("conv4k3s2t-relu6-conv4k5s2g4t-fc3", (3, 15, 14)),
        ("conv4k3x2s2t-bne3-maxpool2c-avgpool2c-deconv3k4s2-fc3", (2, 11, 9)),
        ("conv4-bn-maxpool3s2p1-(id | conv2)-deconv3k3-up2-gap-softmax", (1, 8, 8, 8)),
        ("conv4k5s2-lrn-leaky0.2-drop0.1-avgpool2-up3-gap-fc2", (2, 40)),
        ("bn-fc8-gelu-bn-fc8-silu-drop-softmax", (30,)),
        ("filters(vertical, blur)-relu-filters(laplace)-hogc4b1-fc2", (3, 16, 16)),
        ("[(conv4-relu | conv4-tanh)-sigmoid]*5-gap-fc2", (3, 6, 6)),
        ("[conv4-relu-conv4]*6-(id + conv4*5)-gap-fc2", (3, 6, 6)),
        ("if(n) = conv{n}-relu\nif(3)-if(4)*4-gap-fc2", (3, 6, 6)),
        ("none = (id | relu)\nself(nn, x) = conv{nn}k{x}-none\nself(3, 1)-self(4, 3)", (3, 4, 4)),
        ("блок(n) = (id + conv{n})-relu\nblock1 = conv3-блок(3)\nblock1-block1-fc2", (3, 4, 4)),
        ("a = (conv2 | (conv3 + (id | relu)-conv3) | id)-relu\na-a-(a | a)-gap-fc2", (3, 6, 6)),
        ("b(n) = [conv{n}-bn]*n\nb(2)-b(3)-b(4)-b(3)-gap-fc2", (3, 6, 6)),
        ("c(n) = conv4k{n}s{n}-maxpool{n}\nc(2)-c(3)-c(1)-fc2", (3, 48, 48)),
        ("relu", (3, 4, 4)),
        ("id", (3, 4, 4)),
    ],
)  # fmt: skip
def test_every_layer_and_awkward_names(text, size, tmp_path):
    check_equal(resolve(text, input=size), tmp_path)


def test_a_side_classifier_keeps_its_logits_while_training(tmp_path):
    nets = (
        "conv4-relu-aux(gap-fc{classes})-conv4-gap-fc{classes}",
        "a = aux((conv2 | conv3)-gap-fc{classes})-conv4\nconv4-relu-a-(id + a)-gap-fc{classes}",
    )
    for text in nets:
        plan = resolve(text, input=(3, 6, 6), classes=3)
        net, made = check_equal(plan, tmp_path)
        x = torch.randn(5, 3, 6, 6)
        net.train()(x)
        made.train()
        assert torch.equal(made(x), net(x))
        sides = [m.logits for m in made.modules() if getattr(m, "logits", None) is not None]
        ours = net.side_logits()
        assert len(sides) == len(ours) > 0
        assert all(map(torch.equal, sides, ours))


def test_the_source_is_as_a_person_writes_it():
    text = pytorch(resolve(find("resnet34")))
    assert (
        """
class Block(nn.Module):
    \"\"\"block(n) = (id + conv{n}-bn-relu-conv{n}-bn)-relu\"\"\"

    def __init__(self, n):
        super().__init__()
        self.conv1 = nn.Conv2d(n, n, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(n)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(n, n, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(n)
        self.relu2 = nn.ReLU()

    def forward(self, x):
        a = self.relu1(self.bn1(self.conv1(x)))
        a = self.bn2(self.conv2(a))
        x = x + a
        return self.relu2(x)
"""
        in text
    )
    assert (
        """
        for i in range(4, 7):
            self.add_module(f"block{i}", Block(128))
        self.down2 = Down(256)
"""
        in text
    )
    assert "# He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015" in text
    assert 'self.add_module(f"layer{i + 1}", Layer(64 + 32 * i))' in pytorch(
        resolve(find("densenet121"))
    )


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "four_eight_hog", "four_eight_fixed"])
def test_the_source_is_in_style(name, tmp_path):
    path = tmp_path / "net.py"
    path.write_text(pytorch(resolve(find(name))), encoding="utf-8")
    rules = ["--isolated", "--select=E,F,W,I,B", "--ignore=E501", "--no-cache"]
    ruff = [sys.executable, "-m", "ruff"]
    subprocess.run([*ruff, "check", *rules, path], check=True)


def test_the_source_runs_as_a_program_without_svertka(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(pytorch(resolve(find("lenet5"))), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", path], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout == "torch.Size([1, 10])\n61706\n"


def test_signs_that_source_cannot_hold_do_no_harm(tmp_path):
    text = "# a \x0c b \u2028 import os \x85 c\x1b[31m\r# d\n# '''\"\"\" \\\nconv2-fc2"
    check_equal(resolve(text, input=(1, 4, 4)), tmp_path)
