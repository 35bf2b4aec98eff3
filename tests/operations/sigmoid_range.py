"""The cases of kernels/operations/sigmoid_range.h."""
import numpy as np
import torch

from operation_case import Case


def sigmoid_range(note, values, low, high):
    case = Case("sigmoid_range", note, low=low, high=high)
    x = case.keep("input", values)
    case.keep("output", low + (high - low) * torch.sigmoid(x))


def cases():
    random = np.random.default_rng(1)
    sigmoid_range("-100 to 100: DeOldify's saturated ends", np.linspace(-100, 100, 210).reshape(2, 3, 5, 7), -3, 3)
    sigmoid_range("where it bends", random.normal(0, 3, (1, 22, 4, 5)), -0.5, 2.25)
