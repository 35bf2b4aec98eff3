"""The cases of kernels/operations/layer_norm.h."""
import numpy as np
import torch.nn.functional as F

from operation_case import Case


def layer_norm(note, size, epsilon=1e-5, affine=True, spread=1.0, mean=0.0):
    epsilon = float(np.float32(epsilon))   # the float that the engine adds
    case = Case("layer_norm", note, epsilon=epsilon)
    x = case.draw("input", *size, spread=spread, mean=mean)
    scale, shift = (case.draw(name, size[1]) for name in ("scale", "shift")) if affine else (None, None)
    y = F.layer_norm(x.permute(0, 2, 3, 1), size[1:2], scale, shift, epsilon)
    case.keep("output", y.permute(0, 3, 1, 2))


def cases():
    layer_norm("as many channels as many vectors have", (1, 48, 5, 7))
    layer_norm("303 channels, two pictures", (2, 303, 3, 2))
    layer_norm("96 channels, ConvNeXt's epsilon", (1, 96, 4, 3), epsilon=1e-6, spread=3, mean=-2)
    layer_norm("one channel, which is its own mean", (1, 1, 4, 3))
    layer_norm("three channels", (1, 3, 5, 2), spread=0.1)
    layer_norm("22 channels, no affine", (1, 22, 3, 3), affine=False)
    layer_norm("a mean of 1000 times the deviation: the mean of the squares less the mean's square has no digit right",
               (1, 259, 3, 3), spread=10, mean=1e4)
    layer_norm("a variance far below epsilon", (1, 48, 2, 3), spread=1e-4, mean=0.5)
    layer_norm("192 channels, no affine, a variance near ConvNeXt's epsilon", (2, 192, 3, 5), epsilon=1e-6,
               affine=False, spread=2e-3, mean=0.01)
