"""Training alone, as fast as eager PyTorch goes on a processor: the data set is one float tensor, batches are gathered by index,
Adam is fused. `seconds` is the median of the epochs; with --compile, of those after the first.

    python epoch.py FOLDER [--batch 64] [--hidden 128 64] [--epochs 5] [--compile] [--threads N]
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn

import mnist

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--batch", type=int, default=64)
arguments.add_argument("--hidden", type=int, nargs="+", default=[128, 64])
arguments.add_argument("--epochs", type=int, default=5)
arguments.add_argument("--compile", action="store_true")
arguments.add_argument("--threads", type=int)
options = arguments.parse_args()
if options.threads:
    torch.set_num_threads(options.threads)
images, labels = mnist.split(options.folder, "train", 0.5, 0.5)
widths = [784, *options.hidden]
layers = [part for pair in zip(widths, widths[1:]) for part in (nn.Linear(*pair), nn.ReLU())]
model = nn.Sequential(*layers, nn.Linear(widths[-1], 10))
forward = torch.compile(model) if options.compile else model
optimizer = torch.optim.Adam(model.parameters(), lr=0.001, fused=True)
seconds = []
for _ in range(options.epochs + options.compile):
    begun = time.perf_counter()
    order = torch.randperm(len(images))
    for start in range(0, len(images), options.batch):
        rows = order[start:start + options.batch]
        optimizer.zero_grad()
        nn.functional.cross_entropy(forward(images[rows]), labels[rows]).backward()
        optimizer.step()
    seconds.append(time.perf_counter() - begun)
print(json.dumps({"seconds": statistics.median(seconds[options.compile:]), "torch": torch.__version__}))
