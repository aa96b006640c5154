"""A trained course model judged on the test images, which lie in memory as one tensor.

    python evaluate.py FOLDER MODEL.safetensors
"""
import json
import sys

import torch
from safetensors.torch import load_file
from torch import nn

import mnist

images, labels = mnist.split(sys.argv[1], "t10k", 0.5, 0.5)
model = nn.ModuleDict({"fc1": nn.Linear(784, 128), "fc2": nn.Linear(128, 64), "fc3": nn.Linear(64, 10)})
model.load_state_dict(load_file(sys.argv[2]))
with torch.no_grad():
    logits = model["fc3"](torch.relu(model["fc2"](torch.relu(model["fc1"](images)))))
    loss = nn.functional.cross_entropy(logits, labels).item()
    correct = int((logits.argmax(1) == labels).sum())
print(json.dumps({"correct": correct, "loss": loss, "torch": torch.__version__}))
