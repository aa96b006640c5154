"""MNIST's four files, from the folder that the bench unpacked."""
import pathlib

import numpy
import torch


def _read(folder, name, header):
    return numpy.fromfile(pathlib.Path(folder, "MNIST", "raw", name), dtype=numpy.uint8)[header:]


def split(folder, prefix, mean, std):
    """Normalised images [n, 784] and labels [n], whole in memory."""
    pixels = torch.from_numpy(_read(folder, f"{prefix}-images-idx3-ubyte", 16)).view(-1, 784)
    labels = torch.from_numpy(_read(folder, f"{prefix}-labels-idx1-ubyte", 8)).long()
    return pixels.float().div_(255).sub_(mean).div_(std), labels
