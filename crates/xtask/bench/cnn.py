"""A training step of the recipe `cnn` at a batch of 64: two convolutions with batch normalisation, pooling, dropout, Adam (fused).

    python cnn.py FOLDER [--steps 40]
"""
import argparse
import json
import time

import torch
from torch import nn

import mnist

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--steps", type=int, default=40)
options = arguments.parse_args()
images, labels = mnist.split(options.folder, "train", 0.1307, 0.3081)
images = images.view(-1, 1, 28, 28)
model = nn.Sequential(
    nn.Conv2d(1, 32, 3), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.BatchNorm2d(64), nn.ReLU(),
    nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten(), nn.Linear(9216, 128), nn.ReLU(), nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
order = torch.randperm(len(images))
for step in range(options.steps + 5):
    if step == 5:
        begun = time.perf_counter()
    rows = order[step * 64:(step + 1) * 64]
    optimizer.zero_grad()
    nn.functional.cross_entropy(model(images[rows]), labels[rows]).backward()
    optimizer.step()
print(json.dumps({"seconds": (time.perf_counter() - begun) / options.steps, "torch": torch.__version__}))
