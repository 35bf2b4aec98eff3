"""Finds pictures that resemble each other, whatever their size, shape, brightness and contrast.

A signature is the luma of 16 x 16 areas, less its mean, at unit length. The product of two signatures is their correlation: 1 for
the same picture, near 0 for two that have nothing to do with each other.
"""
import numpy as np
from PIL import Image

SIDE = 16


def signature(image):
    """256 float32 values of a Pillow image: mean 0, length 1 (length 0 for a picture of one shade)."""
    luma = np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX), np.float32).ravel()
    luma -= luma.mean()
    return luma / max(float(np.linalg.norm(luma)), 1e-6)


def mirrored(signatures):
    """The signatures, N x 256, of the same pictures mirrored left to right."""
    return signatures.reshape(-1, SIDE, SIDE)[:, :, ::-1].reshape(-1, SIDE * SIDE)


def resembling(signatures, others, threshold, block=4096):
    """For each of N signatures, whether its product with any of the M others is above the threshold. N booleans."""
    found = np.zeros(len(signatures), bool)
    if len(others) == 0:
        return found
    for begin in range(0, len(signatures), block):
        found[begin:begin + block] = (signatures[begin:begin + block] @ others.T).max(axis=1) > threshold
    return found


def near_doubles(signatures, threshold, block=4096):
    """For each of N signatures, whether one before it that is itself no double is that near. So the first of a group stays."""
    double = np.zeros(len(signatures), bool)
    for begin in range(0, len(signatures), block):
        here = signatures[begin:begin + block]
        result = double[begin:begin + block]
        for earlier in range(0, begin, block):
            kept = signatures[earlier:earlier + block][~double[earlier:earlier + block]]
            result |= resembling(here, kept, threshold)
        near = np.tril(here @ here.T > threshold, -1)
        for row in np.flatnonzero(near.any(axis=1)):
            result[row] |= bool((near[row] & ~result).any())
    return double
