"""The PNG files of a folder classified by a trained course model, one line of CSV each: Pillow decodes, PyTorch predicts 256 at a
time. With --workers, a DataLoader with so many processes decodes; without, this process. `seconds` is from the first look at the
folder to the last line, without the start of Python and its imports.

    python predict.py FOLDER MODEL.safetensors [--workers 2]
"""
import argparse
import csv
import json
import os
import pathlib
import time

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn
from torch.utils.data import DataLoader, Dataset

BATCH = 256


def pixels(path):
    with Image.open(path) as image:
        return torch.from_numpy(numpy.array(image.convert("L")))


class Pictures(Dataset):
    def __init__(self, paths):
        self.paths = paths

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        return pixels(self.paths[index])


def batches(paths, workers):
    if workers:
        return DataLoader(Pictures(paths), batch_size=BATCH, num_workers=workers)
    return (torch.stack([pixels(path) for path in paths[at:at + BATCH]]) for at in range(0, len(paths), BATCH))


arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("model")
arguments.add_argument("--workers", type=int, default=0)
options = arguments.parse_args()
begun = time.perf_counter()
fc1, fc2, fc3 = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10)
nn.ModuleDict({"fc1": fc1, "fc2": fc2, "fc3": fc3}).load_state_dict(load_file(options.model))
model = nn.Sequential(nn.Flatten(), fc1, nn.ReLU(), fc2, nn.ReLU(), fc3, nn.Softmax(1))
paths = sorted(pathlib.Path(options.folder).glob("*.png"))
with torch.inference_mode(), open(os.devnull, "w", newline="") as out:
    rows, done = csv.writer(out), 0
    for batch in batches(paths, options.workers):
        probabilities, classes = model(batch.float().div_(255).sub_(0.5).div_(0.5)).max(1)
        named = zip(paths[done:], classes.tolist(), probabilities.tolist())
        rows.writerows(named)
        done += len(batch)
seconds = time.perf_counter() - begun
print(json.dumps({"seconds": seconds, "files": done, "torch": torch.__version__}))
