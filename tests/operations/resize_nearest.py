"""The cases of kernels/operations/resize_nearest.h."""
import torch.nn.functional as F

from operation_case import Case


def resize_nearest(note, size, to):
    case = Case("resize_nearest", note)
    case.keep("output", F.interpolate(case.draw("input", *size).float(), to, mode="nearest"))


def cases():
    resize_nearest("one row and column less: odd render factors", (1, 22, 10, 10), (9, 9))
    resize_nearest("nearly doubled", (1, 6, 5, 5), (9, 9))
    resize_nearest("18 to 17, two pictures", (2, 6, 18, 18), (17, 17))
    resize_nearest("nothing to do", (1, 3, 7, 7), (7, 7))
    resize_nearest("one side grows, the other too, by another ratio", (1, 3, 3, 5), (6, 4))
    # 74 / 6 and 22 / 26: where i * size_in / size_out is whole, the float32 quotient falls just short of it.
    resize_nearest("sides whose quotient rounds", (1, 1, 6, 26), (74, 22))
