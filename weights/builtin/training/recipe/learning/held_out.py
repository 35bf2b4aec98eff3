"""Watches a run on pictures that it never trains on. The figures change nothing in the weights."""
import dataclasses

import numpy as np
import torch
import torch.nn.functional as F

from recipe.learning.colour import lab_chroma
from recipe.learning.samples import tensors
from recipe.network.lite import chroma_of_scores, normalise

PICTURES_AT_A_TIME = 16


@dataclasses.dataclass
class Figures:
    """Means over the pictures; distances in CIELAB units of a and b."""
    cross_entropy: float
    distance: float    # of the colour put out to the true one
    grey: float        # of grey to the true one: what no colour at all would have
    chroma: float      # of the colour put out to grey

    def __str__(self):
        return (f"cross entropy {self.cross_entropy:.3f}, distance in a, b {self.distance:.2f} (grey: {self.grey:.2f}), "
                f"chroma {self.chroma:.2f}")


def evaluate(network, state, arrays, swatches, criterion, temperature, pictures):
    """The Figures of `network` with the weights of `state`, on that many held-out pictures; None when there are none.

    swatches: Q x 2; criterion: a Criterion; temperature: of the softmax; pictures: how many, evenly spaced among the held-out ones.
    """
    count = min(pictures, len(arrays.held_out_luma))
    if count == 0:
        return None
    chosen = np.linspace(0, len(arrays.held_out_luma) - 1, count).round().astype(int)
    total = torch.zeros(4, dtype=torch.float64)
    network.eval()
    with torch.no_grad():
        for begin in range(0, count, PICTURES_AT_A_TIME):
            some = chosen[begin:begin + PICTURES_AT_A_TIME]
            luma, chroma = tensors(arrays.held_out_luma[some], arrays.held_out_chroma[some])
            inputs = normalise(luma).to(memory_format=torch.channels_last)
            scores, luma = torch.func.functional_call(network, state, (inputs,)), F.avg_pool2d(luma, 4)
            true, put_out = lab_chroma(luma, chroma), lab_chroma(luma, chroma_of_scores(scores, swatches, temperature))
            total += len(some) * torch.stack([
                criterion.losses(scores, luma, chroma).cross_entropy, (put_out - true).norm(dim=1).mean(),
                true.norm(dim=1).mean(), put_out.norm(dim=1).mean()]).double()
    return Figures(*(total / count).tolist())
