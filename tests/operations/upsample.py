"""The cases of kernels/operations/upsample.h."""
import torch.nn.functional as F

from operation_case import Case, pad


def upsampled(x):
    return F.avg_pool2d(F.pad(F.pixel_shuffle(x, 2), (1, 0, 1, 0), mode="replicate"), 2, stride=1)


def upsample(note, size):
    case = Case("upsample", note)
    case.keep("output", upsampled(case.draw("input", *size)))


def cases():
    upsample("one pixel", (1, 4, 1, 1))
    upsample("odd sides", (1, 24, 5, 7))
    upsample("two pictures", (2, 88, 4, 3))
    upsample("one row", (1, 12, 1, 9))
