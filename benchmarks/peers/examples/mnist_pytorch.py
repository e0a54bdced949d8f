"""PyTorch's MNIST example (github.com/pytorch/examples, mnist/main.py), on arrays of a file.

Net, optimizer, schedule, batches and number of epochs are the example's.

    python mnist_pytorch.py DATA.npz SEED
"""

from __future__ import annotations

import sys

import numpy as np
import torch
from torch import nn, optim
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 14


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3, 1)
        self.conv2 = nn.Conv2d(32, 64, 3, 1)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = functional.relu(self.conv1(x))
        x = functional.relu(self.conv2(x))
        x = self.dropout1(functional.max_pool2d(x, 2))
        x = functional.relu(self.fc1(torch.flatten(x, 1)))
        return functional.log_softmax(self.fc2(self.dropout2(x)), dim=1)


def dataset(x, y) -> TensorDataset:
    values = torch.from_numpy(x).float().div(255).sub(0.1307).div(0.3081)
    return TensorDataset(values.unsqueeze(1), torch.from_numpy(y))


def main() -> None:
    arrays = np.load(sys.argv[1], allow_pickle=False)
    torch.manual_seed(int(sys.argv[2]))
    train = dataset(arrays["x_train"], arrays["y_train"])
    test = dataset(arrays["x_test"], arrays["y_test"])
    train_loader = DataLoader(train, batch_size=64, shuffle=True)
    test_loader = DataLoader(test, batch_size=1000)
    model = Net()
    optimizer = optim.Adadelta(model.parameters(), lr=1.0)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.7)
    for _ in range(EPOCHS):
        model.train()
        for data, target in train_loader:
            optimizer.zero_grad()
            functional.nll_loss(model(data), target).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            right = sum((model(x).argmax(1) == y).sum().item() for x, y in test_loader)
        print(right / len(test), flush=True)
        scheduler.step()


if __name__ == "__main__":
    main()
