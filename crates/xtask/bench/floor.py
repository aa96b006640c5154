"""The eight matrix products of a training step of the course and nothing else, in the library that PyTorch uses for them.

    python floor.py [--threads 1]
"""
import argparse
import json
import statistics
import time

import torch

arguments = argparse.ArgumentParser()
arguments.add_argument("--threads", type=int, default=1)
torch.set_num_threads(arguments.parse_args().threads)
batch, widths = 64, [784, 128, 64, 10]
values = [torch.randn(batch, width) for width in widths]
weights = [torch.randn(*pair) for pair in zip(widths, widths[1:])]
outputs = [torch.empty(batch, width) for width in widths[1:]]
weight_gradients = [torch.empty_like(weight) for weight in weights]
input_gradients = [torch.empty(batch, width) for width in widths]


def step():
    for value, weight, output in zip(values, weights, outputs):
        torch.mm(value, weight, out=output)
    for layer in reversed(range(3)):
        torch.mm(values[layer].t(), values[layer + 1], out=weight_gradients[layer])
        if layer > 0:
            torch.mm(values[layer + 1], weights[layer].t(), out=input_gradients[layer])


rounds = []
for _ in range(11):
    begun = time.perf_counter()
    for _ in range(500):
        step()
    rounds.append((time.perf_counter() - begun) / 500)
print(json.dumps({"seconds": statistics.median(rounds[1:]), "torch": torch.__version__}))
