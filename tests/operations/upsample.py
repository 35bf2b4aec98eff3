"""The cases of kernels/operations/upsample.h."""
import torch.nn.functional as F

from operation_case import Case


def upsampled(x, factor=2):
    return F.avg_pool2d(F.pad(F.pixel_shuffle(x, factor), (1, 0, 1, 0), mode="replicate"), 2, stride=1)


def upsample(note, size, **factor):
    """factor: none is 2."""
    case = Case("upsample", note, **factor)
    case.keep("output", upsampled(case.draw("input", *size), **factor))


def cases():
    upsample("one pixel", (1, 4, 1, 1))
    upsample("odd sides", (1, 24, 5, 7))
    upsample("two pictures", (2, 88, 4, 3))
    upsample("one row", (1, 12, 1, 9))
    upsample("by 4, two channels: DDColor's last", (2, 32, 5, 3), factor=4)
    upsample("by 4, one pixel", (1, 16, 1, 1), factor=4)
    upsample("by 4, 19 channels", (1, 304, 2, 4), factor=4)
