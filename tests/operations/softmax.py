"""The cases of kernels/operations/softmax.h."""
import numpy as np
import torch

from operation_case import Case


def softmax(note, size, temperature, spread=1.0, mean=0.0):
    temperature = float(np.float32(temperature))   # the float that the engine divides by
    case = Case("softmax", note, temperature=temperature)
    x = case.draw("input", *size, spread=spread, mean=mean)
    case.keep("output", torch.softmax(x / temperature, 1))


def cases():
    softmax("temperature 1", (2, 22, 5, 3), 1)
    softmax("303 channels, sharpened", (1, 303, 3, 4), 0.38)
    softmax("around 10000: exp overflows without the largest taken off", (1, 48, 3, 5), 0.38, spread=2, mean=1e4)
    softmax("one channel", (1, 1, 4, 3), 1, spread=100)
