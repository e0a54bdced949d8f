"""In which order other zoos' networks use their tensors, told from the tensors' names alone.

A file of weights is a bag of named tensors: safetensors sorts them, old files hold them as it came.
Our nets are texts, so their k-th tensor is the k-th that the text uses. What remains is to put the
other zoo's names into the order of use, and that is one line of words per family: a name is cut at
its dots, and its pieces are compared by their place in the line.

    #      a whole number, compared as a number; alone or at a word's end
    a#/b#  a1, b1, a2, b2, ... : by number first
    word*  all that begins so, in alphabetical order
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# What every layer's tensors are called, in the order in which torch registers them.
TENSORS = "weight bias running_mean running_var num_batches_tracked"


@dataclass(frozen=True)
class Family:
    """How one zoo names the tensors of one family of networks."""

    name: str
    order: str
    renames: tuple[tuple[str, str], ...] = ()

    def key(self, name: str) -> tuple[tuple[int, int, int, str], ...] | None:
        """What to sort a tensor's name by; None when a piece of it is not this family's."""
        for pattern, replacement in self.renames:
            name = re.sub(pattern, replacement, name)
        places = [self._place(piece) for piece in name.split(".")]
        return tuple(place for place in places if place) if all(places) else None

    def _place(self, piece: str) -> tuple[int, int, int, str] | None:
        for place, words in enumerate(f"# {self.order} {TENSORS}".split()):
            for turn, word in enumerate(words.split("/")):
                pattern = re.escape(word).replace(r"\#", r"(\d+)").replace(r"\*", ".*")
                found = re.fullmatch(pattern, piece)
                if found:
                    number = int(found[1]) if found.groups() else 0
                    return place, number, turn, piece if "*" in word else ""
        return None


FAMILIES = (
    Family("alexnet, vgg (torchvision, timm)", "features classifier pre_logits fc1 fc2 head fc"),
    Family("resnet (torchvision, timm)", "downsample conv#/bn# layer# fc"),
    Family(
        "densenet (torchvision, timm)",
        "features classifier conv0 norm0 denseblock#/transition# norm5 denselayer# norm#/conv# "
        "norm conv",
        renames=((r"\b(norm|conv)\.([12])\.", r"\1\2."),),  # as torchvision's own files say it
    ),
    Family(
        "googlenet (torchvision)",
        "conv# inception3* inception4a aux1 inception4b inception4c inception4d aux2 "
        "inception4e inception5* fc branch# conv bn fc#",
    ),
    Family(
        "inception_v3 (torchvision, timm)",
        "Conv2d_* Mixed_5* Mixed_6* AuxLogits Mixed_7* conv# fc branch1x1 branch5x5_* branch7x7_* "
        "branch3x3 branch3x3_* branch3x3dbl_* branch7x7x3_* branch7x7dbl_* branch_pool conv bn",
    ),
    Family(
        "efficientnet (timm)",
        "conv_stem stem_bn blocks conv_head head_bn classifier "
        "conv_first conv_pw bn1 conv_dw bn2 conv_pwl bn3",
        # the first block has no expansion; the net's own bn1 and bn2 stand outside the blocks
        renames=(
            (r"^blocks\.0\.0\.conv_dw\b", "blocks.0.0.conv_first"),
            (r"^blocks\.0\.0\.conv_pw\b", "blocks.0.0.conv_dw"),
            (r"^bn1\b", "stem_bn"),
            (r"^bn2\b", "head_bn"),
        ),
    ),
    Family(
        "efficientnet-lite (efficientnet_lite_pytorch)",
        "_conv_stem stem_bn _blocks _conv_head head_bn _fc "
        "_expand_conv _bn0 _depthwise_conv _bn1 _project_conv _bn2",
        renames=((r"^_bn0\b", "stem_bn"), (r"^_bn1\b", "head_bn")),
    ),
)


def in_order_of_use(names: Iterable[str]) -> list[str] | None:
    """Tensor names in the order in which their network uses them; None for an unknown family.

    >>> in_order_of_use(["bn1.bias", "bn1.weight", "conv1.weight", "fc.bias", "fc.weight"])
    ['conv1.weight', 'bn1.weight', 'bn1.bias', 'fc.weight', 'fc.bias']
    >>> in_order_of_use(["encoder.weight"]) is None
    True
    """
    names = list(names)
    for family in FAMILIES:
        keys = {name: family.key(name) for name in names}
        known = {name: key for name, key in keys.items() if key is not None}
        if len(known) == len(names):
            return sorted(names, key=lambda name: known[name])
    return None
