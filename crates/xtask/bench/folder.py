"""An epoch of normalised, shuffled batches of 64 pictures of 64 x 64 from torchvision's ImageFolder and DataLoader; `seconds` is one
picture. The first epoch begins with listing the folder and starting the workers, which stay for the second.

    python folder.py FOLDER [--workers 2] [--epoch 1]
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
arguments.add_argument("--epoch", type=int, default=1)
options = arguments.parse_args()
prepare = transforms.Compose([
    transforms.Resize(64), transforms.CenterCrop(64), transforms.ToTensor(),
    transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))])
begun = time.perf_counter()
data = datasets.ImageFolder(options.folder, transform=prepare)
loader = DataLoader(
    data, batch_size=64, shuffle=True, num_workers=options.workers, persistent_workers=options.workers > 0)
for epoch in range(options.epoch):
    if epoch > 0:
        begun = time.perf_counter()
    for _ in loader:
        pass
    seconds = time.perf_counter() - begun
print(json.dumps({"seconds": seconds / len(data), "torch": torch.__version__}))
