"""The cases of kernels/operations/projection.h."""
import torch

from operation_case import Case


def projection(note, size, groups, outputs):
    """size: x's; outputs: O, of each group."""
    pictures, depth = size[0], size[1] // groups
    case = Case("projection", note, groups=groups)
    x = case.draw("input", *size)
    weights = case.draw("weights", pictures, depth * outputs, 1, 1, spread=depth ** -0.5)
    y = torch.einsum("ncghw,nco->noghw", x.view(pictures, depth, groups, *size[2:]),
                     weights.view(pictures, depth, outputs))
    case.keep("output", y.reshape(pictures, outputs * groups, *size[2:]))


def cases():
    projection("16 groups, two outputs: DDColor's last", (1, 1024, 3, 5), 16, 2)
    projection("two pictures, each with its own weights", (2, 96, 4, 3), 16, 2)
    projection("one group, odd channels and outputs", (1, 35, 3, 9), 1, 3)
    projection("five groups of 7 channels, one output", (2, 35, 2, 5), 5, 1)
    projection("24 groups, five outputs", (1, 72, 2, 6), 24, 5)
    projection("four groups of one channel", (1, 4, 1, 3), 4, 2)
