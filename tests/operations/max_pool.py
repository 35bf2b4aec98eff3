"""The cases of kernels/operations/max_pool.h."""
import torch
import torch.nn.functional as F

from operation_case import Case, pad


def max_pool(note, size, kernel=3, stride=2, padding=1, mean=0.0):
    padding = [padding] * 4 if isinstance(padding, int) else padding
    case = Case("max_pool", note, kernel=kernel, stride=stride, padding=padding)
    x = case.draw("input", *size, mean=mean)
    assert mean == 0 or x.max() < 0
    case.keep("output", F.max_pool2d(pad(x, padding, -torch.inf), kernel, stride))


def cases():
    max_pool("all negative, even sides", (1, 22, 8, 6), mean=-9)
    max_pool("all negative, odd sides, three pictures", (3, 6, 7, 9), mean=-9)
    max_pool("all negative, one pixel", (1, 3, 1, 1), mean=-9)
    max_pool("2x2, no padding: the last row and column drop out", (1, 48, 5, 7), kernel=2, padding=0)
    max_pool("uneven padding, stride 1", (1, 6, 5, 4), stride=1, padding=[0, 1, 1, 0])
