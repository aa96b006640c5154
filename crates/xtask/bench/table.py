"""An epoch of the network that `burnwright train TABLE --target COLUMN` infers for a table, in eager PyTorch on a processor: numbers,
category codes and classes are tensors in memory, batches are gathered by a random permutation, AdamW is fused. Seven tenths of the rows
are learned from, in batches of the power of two next to their hundredth, as there. `seconds` is a row, the median of the epochs.

    python table.py FILE COLUMN [--epochs 5]
"""
import argparse
import csv
import json
import math
import statistics
import time

import torch
from torch import nn

arguments = argparse.ArgumentParser()
arguments.add_argument("file")
arguments.add_argument("column")
arguments.add_argument("--epochs", type=int, default=5)
options = arguments.parse_args()


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


with open(options.file, newline="") as file:
    header, *rows = csv.reader(file)
rows = rows[: len(rows) * 7 // 10]
numbers, codes, categories = [], [], []
for name, column in zip(header, zip(*rows)):
    values = [number(text) for text in column]
    if name == options.column:
        classes = {text: place for place, text in enumerate(sorted(set(column)))}
        targets = torch.tensor([classes[text] for text in column])
    elif all(value is not None or not text for value, text in zip(values, column)):
        values = torch.tensor([math.nan if value is None else value for value in values])
        known = values[~values.isnan()]
        numbers.append(((values - known.mean()) / known.std()).nan_to_num(0.0))
    else:
        # 0 is the place of missing and unseen ones.
        known = {text: place for place, text in enumerate(sorted(set(column) - {""}), start=1)}
        codes.append(torch.tensor([known.get(text, 0) for text in column]))
        categories.append(len(known) + 1)
numbers, codes = torch.stack(numbers, 1), torch.stack(codes, 1)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [min(50, round(1.6 * count**0.56)) for count in categories]
        self.embeddings = nn.ModuleList(nn.Embedding(*sizes) for sizes in zip(categories, widths))
        self.layers = nn.Sequential(
            nn.Linear(numbers.shape[1] + sum(widths), 128), nn.ReLU(), nn.Dropout(0.1),
            nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.1), nn.Linear(64, len(classes)))

    def forward(self, numbers, codes):
        embedded = [embedding(codes[:, place]) for place, embedding in enumerate(self.embeddings)]
        return self.layers(torch.cat([numbers, *embedded], 1))


batch = min(1024, max(16, 2 ** round(math.log2(max(1, len(rows) / 100)))))
model = Network()
optimizer = torch.optim.AdamW(model.parameters(), lr=0.001, weight_decay=0.01, fused=True)
seconds = []
for _ in range(options.epochs):
    begun = time.perf_counter()
    order = torch.randperm(len(rows))
    for start in range(0, len(rows), batch):
        chosen = order[start:start + batch]
        optimizer.zero_grad()
        outputs = model(numbers[chosen], codes[chosen])
        nn.functional.cross_entropy(outputs, targets[chosen]).backward()
        optimizer.step()
    seconds.append(time.perf_counter() - begun)
print(json.dumps({"seconds": statistics.median(seconds) / len(rows), "batch": batch, "torch": torch.__version__}))
