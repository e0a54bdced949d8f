"""fastai's vision example (docs.fast.ai, "Computer vision"): ResNet-18 by fit_one_cycle.

Pictures come from the arrays of a file, the weights from the seed: the example's ImageNet weights
would have to be fetched. Batch size, learning rate and pictures' transforms are fastai's defaults.

    python vision_fastai.py DATA.npz SEED
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import vision_operators  # noqa: F401 - before fastai, which imports torchvision
from fastai.callback.core import Callback
from fastai.callback.schedule import fit_one_cycle  # noqa: F401 - a method of Learner
from fastai.data.block import CategoryBlock, DataBlock
from fastai.data.transforms import IndexSplitter
from fastai.metrics import accuracy
from fastai.torch_core import set_seed
from fastai.vision.core import PILImageBW
from fastai.vision.data import ImageBlock
from fastai.vision.learner import vision_learner
from torchvision.models import resnet18

EPOCHS = 5


class Tell(Callback):
    order = 60  # after the recorder

    def after_epoch(self) -> None:
        print(float(self.recorder.values[-1][-1]), flush=True)


def main() -> None:
    arrays = np.load(sys.argv[1], allow_pickle=False)
    set_seed(int(sys.argv[2]))
    x = np.concatenate([arrays["x_train"], arrays["x_test"]])
    y = np.concatenate([arrays["y_train"], arrays["y_test"]])
    block = DataBlock(
        blocks=(ImageBlock(PILImageBW), CategoryBlock),
        get_x=lambda row: x[row],
        get_y=lambda row: y[row],
        splitter=IndexSplitter(range(len(arrays["x_train"]), len(x))),
    )
    loaders = block.dataloaders(range(len(x)))
    learner = vision_learner(
        loaders, resnet18, pretrained=False, n_in=1, metrics=accuracy, cbs=[Tell()]
    )
    with learner.no_bar(), learner.no_logging():
        learner.fit_one_cycle(EPOCHS)


if __name__ == "__main__":
    main()
