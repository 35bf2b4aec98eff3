"""Draws the samples of a step. They depend on the seed and the step's number only, so a run that resumes draws what it would have."""
import dataclasses

import numpy as np
import torch
import torch.nn.functional as F

from recipe.learning.old_print import wear
from recipe.network.lite import normalise

# What a number is drawn for: two uses of one seed shall not draw the same.
TRAINING, STATISTICS = 0, 1


@dataclasses.dataclass
class Batch:
    inputs: torch.Tensor   # N x 1 x S x S, worn luma, as the network takes it
    luma: torch.Tensor     # N x 1 x S/4 x S/4, 0 to 255, not worn
    chroma: torch.Tensor   # N x 2 x S/4 x S/4, (Cb, Cr) - 128 over 255


class Sampler:
    """Squares out of photographs, drawn by weight, mirrored half of the time, with their luma worn."""

    def __init__(self, arrays, samples, old_print):
        """arrays: Arrays; samples and old_print: those sections of the configuration."""
        self._arrays, self._samples, self._old_print = arrays, samples, old_print
        self._ladder = np.cumsum(np.asarray(arrays.weight, np.float64))

    def draw(self, step, side, use=TRAINING):
        """The Batch of a step at side x side pixels. use: TRAINING or STATISTICS."""
        draw = np.random.default_rng((self._samples.seed, use, step))
        places = draw.random(self._samples.batch) * self._ladder[-1]
        photographs = np.searchsorted(self._ladder, places, side="right").clip(max=len(self._ladder) - 1)

        # In pixels of chroma, each of which has 4 x 4 of luma. One size for the batch, so that it is one tensor.
        whole = self._arrays.side // 4
        smallest = int(max(side * self._samples.crop_of_side, self._arrays.side * self._samples.crop_of_picture)) // 4
        size = int(draw.integers(min(smallest, whole), whole + 1))
        corners = draw.integers(0, whole - size + 1, (len(photographs), 2))
        mirrored = draw.random(len(photographs)) < 0.5

        luma, chroma = [], []
        for photograph, (y, x), mirror in zip(photographs, corners, mirrored, strict=True):
            one_luma = self._arrays.luma[photograph, 4 * y:4 * (y + size), 4 * x:4 * (x + size)]
            one_chroma = self._arrays.chroma[photograph, y:y + size, x:x + size]
            luma.append(one_luma[:, ::-1] if mirror else one_luma)
            chroma.append(one_chroma[:, ::-1] if mirror else one_chroma)
        luma, chroma = tensors(np.stack(luma), np.stack(chroma))
        if 4 * size != side:
            luma = F.interpolate(luma, (side, side), mode="bilinear", antialias=True)
            chroma = F.interpolate(chroma, (side // 4, side // 4), mode="bilinear", antialias=True)
        inputs = normalise(wear(luma, draw, self._old_print)).to(memory_format=torch.channels_last)
        return Batch(inputs, F.avg_pool2d(luma, 4), chroma)


def tensors(luma, chroma):
    """Luma N x 1 x S x S in 0 to 255 and chroma N x 2 x h x w, (Cb, Cr) - 128 over 255, of the stored arrays."""
    luma = torch.from_numpy(np.ascontiguousarray(luma)).float()[:, None]
    chroma = torch.from_numpy(np.ascontiguousarray(chroma)).float().permute(0, 3, 1, 2)
    return luma, (chroma - 128) / 255
