"""The cases of kernels/operations/pointwise.h."""
from operation_case import Case


def pointwise(note, size, before="none", affine=False, residual=False, after="none"):
    case = Case("pointwise", note, before=before, after=after)
    case.epilogue(case.draw("input", *size, spread=5), affine, residual)


def cases():
    pointwise("ReLU alone", (1, 22, 9, 7), after="relu")
    pointwise("affine, then ReLU6", (3, 3, 4, 5), affine=True, after="relu6")
    pointwise("residual, then ReLU", (1, 259, 3, 5), residual=True, after="relu")
    pointwise("all of it", (1, 6, 8, 9), before="relu", affine=True, residual=True, after="relu")
    pointwise("GELU alone, from tail to tail", (1, 22, 9, 7), after="gelu")
    pointwise("GELU on both sides of all else", (3, 6, 4, 5), before="gelu", affine=True, residual=True, after="gelu")
