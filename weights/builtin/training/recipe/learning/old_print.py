"""Wears luma as time and old film wear it: tone, contrast, softness, grain, faded blacks. The chroma to be learned stays."""
import numpy as np
import torch
import torch.nn.functional as F


def wear(luma, draw, settings):
    """Worn luma, N x 1 x S x S in 0 to 255, of such luma. draw: a numpy Generator; settings: the section [old_print]."""
    def each(values):
        return torch.from_numpy(np.asarray(values, np.float32))[:, None, None, None]

    count = len(luma)
    gamma = each(np.exp(draw.standard_normal(count) * settings.gamma_spread))
    contrast = each(1 + draw.standard_normal(count) * settings.contrast_spread)
    brightness = each(draw.standard_normal(count) * settings.brightness_spread)
    soft = each(draw.random(count)) < settings.soft_share
    grain = each(draw.random(count) * settings.largest_grain)
    noise = torch.from_numpy(draw.standard_normal(tuple(luma.shape), np.float32))

    luma = ((luma / 255).clamp(min=1e-3) ** gamma * 255 - 127) * contrast + 127 + brightness
    blurred = F.avg_pool2d(F.pad(luma, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return (torch.where(soft, blurred, luma) + noise * grain).clamp(0, 255)
