"""The cases of kernels/operations/self_attention.h."""
import numpy as np

from operation_case import Case


def self_attention(note, size, depth, gamma, spread=1.0):
    """Softmax over the QUERY axis, dim 1 of N x HW x HW, as in generator.py."""
    gamma = float(np.float32(gamma))
    case = Case("self_attention", note, gamma=gamma)
    n, c, h, w = size
    query, key = (case.draw(name, n, depth, h, w, spread=spread) for name in ("query", "key"))
    value, x = case.draw("value", *size), case.draw("input", *size)
    logits = query.flatten(2).transpose(1, 2) @ key.flatten(2)
    # Large ones must overflow float32's exp (88.7), for at least one key in each of the sums.
    assert spread == 1 or (logits.amax(1) > 89).all()
    case.keep("output", gamma * (value.flatten(2) @ logits.softmax(1)).view_as(x) + x)


def cases():
    self_attention("one position", (1, 48, 1, 1), 6, 0.3)
    self_attention("63 positions", (1, 48, 7, 9), 6, 0.3)
    self_attention("64 positions, two pictures", (2, 24, 8, 8), 3, -0.7)
    self_attention("65 positions, logits beyond what exp can take", (1, 48, 5, 13), 6, 1.0, spread=16)
    self_attention("14 x 9 positions", (1, 64, 14, 9), 8, 0.3)
