"""A case of an operation, drawn: what the files of ../operations/ make theirs with."""
import json
import zlib

import numpy as np
import torch
import torch.nn.functional as F

ACTIVATIONS = {"none": lambda v: v, "relu": F.relu, "relu6": F.relu6, "gelu": F.gelu}

tensors, metadata = {}, {}


class Case:
    """Draws the inputs of the operation's next case and keeps what is drawn; PyTorch then gets it as float64."""

    def __init__(self, operation, note, **parameters):
        number = sum(name.rsplit(".", 1)[0] == operation for name in metadata)
        self.name, self.parameters = f"{operation}.{number:02}", parameters
        self.random = np.random.default_rng(zlib.crc32(self.name.encode()))
        metadata[self.name] = json.dumps({"note": note, **parameters})

    def keep(self, name, values):
        tensors[f"{self.name}.{name}"] = kept = torch.as_tensor(values).to(torch.float32).contiguous()
        return kept.double()

    def draw(self, name, *shape, spread=1.0, mean=0.0):
        return self.keep(name, self.random.normal(mean, spread, shape))

    def affine(self, v, prefix=""):
        """Scales of both signs, so that an activation on the wrong side of them shows."""
        scale, shift = (self.draw(prefix + name, v.shape[1]).view(-1, 1, 1) for name in ("scale", "shift"))
        return v * scale + shift

    def epilogue(self, v, affine, residual):
        v = ACTIVATIONS[self.parameters["before"]](v)
        if affine:
            v = self.affine(v)
        if residual:
            v = v + self.draw("residual", *v.shape)
        self.keep("output", ACTIVATIONS[self.parameters["after"]](v))


def pad(x, padding, value=0.0):
    top, bottom, left, right = padding
    return F.pad(x, (left, right, top, bottom), value=value)
