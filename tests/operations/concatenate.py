"""The cases of kernels/operations/concatenate.h."""
import torch

from operation_case import ACTIVATIONS, Case
from upsample import upsampled


def concatenate(note, size, channels, affines=(False, False), activation="none", upsample_first=False):
    """size: the first input's; channels: the second's."""
    case = Case("concatenate", note, activation=activation, **({"upsample_first": True} if upsample_first else {}))
    first = case.draw("first", *size)
    if upsample_first:
        first = upsampled(first)
    parts = [first, case.draw("second", size[0], channels, *first.shape[2:])]
    parts = [case.affine(part, prefix) if affine else part
             for part, affine, prefix in zip(parts, affines, ("first_", "second_"))]
    case.keep("output", ACTIVATIONS[activation](torch.cat(parts, 1)))


def cases():
    concatenate("as they are", (1, 3, 5, 7), 6)
    concatenate("an affine on the first", (1, 22, 4, 3), 1, affines=(True, False), activation="relu")
    concatenate("an affine on the second, ReLU: DeOldify's skip", (3, 48, 5, 4), 22, affines=(False, True),
                activation="relu")
    concatenate("affines on both, 256 + 3 channels", (1, 256, 3, 4), 3, affines=(True, True))
    concatenate("the first upsampled, an affine on the second, ReLU: DeOldify's up block", (2, 88, 3, 5), 48,
                affines=(False, True), activation="relu", upsample_first=True)
    concatenate("the first upsampled, affines on both", (1, 24, 4, 1), 3, affines=(True, True), upsample_first=True)
    concatenate("the first upsampled, as it is: DeOldify's last block", (1, 192, 2, 3), 3, upsample_first=True)
