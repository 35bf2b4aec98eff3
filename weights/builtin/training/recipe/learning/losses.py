"""What the network is judged by: which swatch, which colour, and where colours end."""
import dataclasses

import torch
import torch.nn.functional as F

from recipe.learning.colour import lab_chroma
from recipe.network.lite import chroma_of_scores


@dataclasses.dataclass
class Losses:
    total: torch.Tensor           # what is lowered
    cross_entropy: torch.Tensor   # of the swatches, all colours alike
    lab_distance: torch.Tensor    # CIELAB units in a and b, of the colour put out


class Criterion:
    def __init__(self, swatches, rarity_weights, settings):
        """swatches: Q x 2; rarity_weights: Q, of mean 1 over the pictures; settings: the section [loss]."""
        self._swatches, self._rarity, self._settings = swatches, rarity_weights, settings

    def losses(self, scores, luma, chroma):
        """Losses of scores N x Q x h x w, against luma N x 1 x h x w in 0 to 255 and chroma N x 2 x h x w."""
        cross_entropy, rarity = self._cross_entropy(scores, chroma)
        put_out = chroma_of_scores(scores, self._swatches, self._settings.temperature)
        # The root grows like the distance itself, so that it is drawn to the median of the colours that are possible; the mean
        # of red and green shirts is brown. The 1 keeps its slope finite at 0.
        difference = lab_chroma(luma, put_out) - lab_chroma(luma, chroma)
        lab_distance = difference.square().sum(1).add(1).sqrt().mean()
        total = ((cross_entropy * rarity).mean() + self._settings.lab_weight * lab_distance
                 + self._settings.edge_weight * self._edges(luma, put_out, chroma))
        return Losses(total, cross_entropy.mean(), lab_distance)

    def _cross_entropy(self, scores, chroma):
        """For each pixel, the cross entropy with its true colour, and the weight of that colour.

        A true colour lies between swatches, so its nearest ones share it, by a Gaussian of their distance (Zhang, Isola and Efros,
        "Colorful Image Colorization", 2016, section 2.2).
        """
        true = chroma.permute(0, 2, 3, 1).reshape(-1, 2)
        log_share = F.log_softmax(scores.permute(0, 2, 3, 1).reshape(len(true), -1), 1)
        distance, nearest = torch.cdist(true, self._swatches).topk(self._settings.neighbours, largest=False)
        wanted = torch.softmax(-(distance / self._settings.neighbour_spread) ** 2 / 2, 1)
        return -(log_share.gather(1, nearest) * wanted).sum(1), self._rarity[nearest[:, 0]]

    def _edges(self, luma, put_out, chroma):
        """How much chroma's steps differ from the true ones, where luma has no step: there a wrong step shows as a blotch."""
        total = 0
        for luma_step, step, true_step in zip(_steps(luma), _steps(put_out), _steps(chroma), strict=True):
            wrong = (step - true_step).abs().sum(1, keepdim=True)
            total = total + (torch.exp(-luma_step.abs() / self._settings.edge_luma) * wrong).mean()
        return total


def _steps(plane):
    """The differences to the pixel on the right and to the one below."""
    return plane[..., 1:] - plane[..., :-1], plane[..., 1:, :] - plane[..., :-1, :]
