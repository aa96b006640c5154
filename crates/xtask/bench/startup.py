"""From nothing to the first training step of the course, in the same words as job.py.

    python startup.py FOLDER
"""
import json
import sys

import torch
from torch import nn, optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

prepare = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
train = DataLoader(datasets.MNIST(sys.argv[1], train=True, transform=prepare), batch_size=64, shuffle=True)
model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = optim.Adam(model.parameters(), lr=0.001)
images, labels = next(iter(train))
nn.functional.cross_entropy(model(images), labels).backward()
optimizer.step()
print(json.dumps({"torch": torch.__version__}))
