"""Which pictures teach no colour, judged one by one: too small, too long, grey, of one tint, or no photographs at all."""
import numpy as np
from PIL import Image
from skimage.color import rgb2lab

UNREADABLE, SMALL, LONG, GREY, TINT, GRAPHIC = "unreadable", "too small", "too long", "grey", "one tint", "graphic"


def why_left_out(image, size, settings):
    """One of the reasons above, or None when the picture is good. `size` is its true (width, height), `settings` [pictures]."""
    if min(size) < settings.smallest_side:
        return SMALL
    if max(size) > settings.longest_shape * min(size):
        return LONG
    chroma = rgb2lab(np.asarray(image.resize((64, 64), Image.Resampling.BOX)))[..., 1:]
    if np.hypot(chroma[..., 0], chroma[..., 1]).mean() < settings.least_chroma:
        return GREY
    # A sepia print has chroma, but the same everywhere.
    if chroma.std(axis=(0, 1)).sum() < settings.least_spread:
        return TINT
    if _is_graphic(image, settings):
        return GRAPHIC
    return None


def _is_graphic(image, settings):
    """Drawings, maps and screens have few colours, or two that fill most of them; photographs have grain and shades."""
    # The nearest pixels, because averaging would invent shades between two flat colours.
    coarse = np.asarray(image.resize((96, 96), Image.Resampling.NEAREST)) >> 3
    _, counts = np.unique(coarse.reshape(-1, 3), axis=0, return_counts=True)
    return len(counts) < settings.fewest_colours or np.sort(counts)[-2:].sum() > settings.two_colours_share * counts.sum()
