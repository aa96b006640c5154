"""An epoch of normalised, shuffled batches of 64 from torchvision's DataLoader; `seconds` is one batch.

    python loader.py FOLDER [--workers 2]
"""
import argparse
import json
import time

import torch
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--workers", type=int, default=2)
options = arguments.parse_args()
prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
data = datasets.MNIST(options.folder, train=True, transform=prepare)
batches, begun = 0, time.perf_counter()
for _ in DataLoader(data, batch_size=64, shuffle=True, num_workers=options.workers):
    batches += 1
print(json.dumps({"seconds": (time.perf_counter() - begun) / batches, "torch": torch.__version__}))
