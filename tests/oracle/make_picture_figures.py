"""Makes ../golden/picture_figures.safetensors: pictures and the figures of engine/photo/figures/ for them, by scikit-image and numpy.

    NAME.original           H x W x 3 uint8 or uint16, a part of a photograph that scikit-image carries
    NAME.result             the same size: paler, its hues turned, its luma moved a little; some colours clipped
    NAME.ciede2000          float64: mean, median, 90 % and 99 % quantile of deltaE_ciede2000 over the pixels
    NAME.colourfulness      float64: M(3) of Hasler & Suesstrunk 2003 of the result and of the original
    NAME.mean_chroma        float64: mean of CIELAB's sqrt(a^2 + b^2), the same
    NAME.matched            float64: the factor on the result's chroma that gives the original's M(3), and the mean CIEDE2000 then
    NAME.luma_shift         float64: mean and largest difference of BT.601 luma, in 8-bit steps
    NAME.clipped            float64: share of pixels with a channel at an end of the range that are neither black nor white

Re-run, from the repository's root:   python tests/oracle/make_picture_figures.py     needs scikit-image, scipy and safetensors
"""
import pathlib

import numpy as np
from safetensors.numpy import save_file
from scipy.optimize import brentq
from skimage import color, data

WEIGHTS = np.array([0.299, 0.587, 0.114])


def luma(picture):
    return (picture @ WEIGHTS)[..., None]


def with_chroma_times(picture, factor):
    y = luma(picture)
    return np.clip(y + factor * (picture - y), 0, 1)


def opponent(picture):
    r, g, b = np.moveaxis(255 * picture, -1, 0)
    rg, yb = r - g, (r + g) / 2 - b
    return np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())


def difference(picture, other):
    return color.deltaE_ciede2000(color.rgb2lab(picture), color.rgb2lab(other))


def mean_chroma(picture):
    return np.hypot(*np.moveaxis(color.rgb2lab(picture)[..., 1:], -1, 0)).mean()


def coloured(original, random, factor):
    """A colouriser's guess: another hue here, another there, and a luma that is not quite the original's."""
    lab = color.rgb2lab(original)
    turn = np.deg2rad(random.uniform(-60, 60, original.shape[:2]))
    a, b = lab[..., 1], lab[..., 2]
    lab[..., 1], lab[..., 2] = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    turned = np.clip(color.lab2rgb(lab), 0, 1)
    return np.clip(with_chroma_times(turned, factor) + random.normal(0, 0.01, original.shape), 0, 1)


def figures(result, original):
    shift = 255 * np.abs(luma(result) - luma(original))
    differences = difference(result, original)
    target = opponent(original)
    factor = brentq(lambda f: opponent(with_chroma_times(result, f)) - target, 0.01, 16, xtol=1e-9)
    black_or_white = (result.max(-1) <= 0) | (result.min(-1) >= 1)
    clipped = ~black_or_white & ((result.min(-1) <= 0) | (result.max(-1) >= 1))
    return {"ciede2000": [differences.mean(), *np.quantile(differences, [0.5, 0.9, 0.99], method="inverted_cdf")],
            "colourfulness": [opponent(result), target],
            "mean_chroma": [mean_chroma(result), mean_chroma(original)],
            "matched": [factor, difference(with_chroma_times(result, factor), original).mean()],
            "luma_shift": [shift.mean(), shift.max()],
            "clipped": [clipped.mean()]}


CASES = {"paler": (data.astronaut()[10:74, 200:280], 0.6, 255), "livelier": (data.coffee()[100:164, 260:340], 1.7, 255),
         "deep": (data.chelsea()[60:124, 120:200], 0.8, 65535)}
tensors = {}
for seed, (name, (part, chroma_factor, white)) in enumerate(CASES.items()):
    kind = np.uint8 if white == 255 else np.uint16
    original = np.rint(part / 255 * white).astype(kind)
    result = np.rint(coloured(part / 255, np.random.default_rng(seed), chroma_factor) * white).astype(kind)
    tensors[f"{name}.original"], tensors[f"{name}.result"] = original, result
    for figure, values in figures(result / white, original / white).items():
        tensors[f"{name}.{figure}"] = np.array(values, np.float64)
        print(name, figure, values)
save_file(tensors, pathlib.Path(__file__).parent.parent / "golden" / "picture_figures.safetensors")
