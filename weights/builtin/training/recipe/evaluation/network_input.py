"""Makes a picture into what the network sees, as the engine does: squeezed to a square, stretched in tone if it is faded, and blurred.

The engine's own words on this stand in engine/photo/tone.h and blur.h. They help: photographs for training were made small and large
again, so the network knows soft pictures better than sharp ones; and it has seen few that had faded much.
"""
import dataclasses
import math

import numpy as np

from recipe.photographs import pictures

LEFT_OUT = 0.005        # of the pixels, at either end: specks and scratches
LARGEST_STRETCH = 3.0   # in a picture that is almost even, the rest would be noise
LEVELS = 4              # of luma, to a step of 255
GRID = 512              # pixels a side at most, of those whose range is looked at


@dataclasses.dataclass(frozen=True)
class InputSettings:
    render_factor: int          # the square has 16 times as many pixels a side
    input_blur: float           # standard deviation of a Gaussian, in pixels of the square; 0: none
    least_input_range: float    # 0 to 255; a picture with a smaller range of luma is stretched to it; 0: none is


def network_input(image, settings):
    """Luma, side x side, float32, mostly within 0 to 255, of an RGB Pillow image. settings: InputSettings."""
    scale, shift = _stretch(pictures.luma_of(image), settings.least_input_range)
    square = pictures.squeezed_luma(image, 16 * settings.render_factor) * scale + shift
    if settings.input_blur > 0:
        square = _blurred_rows(_blurred_rows(square, settings.input_blur).T, settings.input_blur).T
    return np.ascontiguousarray(square, np.float32)


def _stretch(luma, least_range):
    """Scale and shift. The room below and above the picture's range is used in proportion, so that the result stays within 0 to 255."""
    if least_range <= 0:
        return 1.0, 0.0
    seen = luma[::math.ceil(luma.shape[0] / GRID), ::math.ceil(luma.shape[1] / GRID)]
    counts = np.bincount(np.floor(seen.ravel() * LEVELS + 0.5).astype(int)).cumsum()
    dark, bright = (np.searchsorted(counts, share * counts[-1]) / LEVELS for share in (LEFT_OUT, 1 - LEFT_OUT))
    old_range = bright - dark
    if old_range >= least_range:
        return 1.0, 0.0
    scale = min(least_range / max(old_range, 1.0), LARGEST_STRETCH)
    new_dark = dark - (scale - 1) * old_range * dark / (255 - old_range)
    return scale, new_dark - scale * dark


def _blurred_rows(plane, deviation):
    """Each row under a Gaussian that ends at three deviations; beyond its ends a row is continued by its last pixel."""
    radius = math.ceil(3 * deviation)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / deviation) ** 2)
    padded = np.pad(plane, ((0, 0), (radius, radius)), mode="edge")
    return sum(weight * padded[:, at:at + plane.shape[1]] for at, weight in enumerate(weights / weights.sum()))
