"""Makes ../golden/chroma.safetensors: the 8-bit colour conversions of OpenCV and Pillow, N x 3 or N uint8.

    rgb -> yuv          cv2.COLOR_RGB2YUV, the corners of the cube, then random colours
    rgb -> grey         Pillow's "L"
    yuv.in -> rgb.out   cv2.COLOR_YUV2RGB, the corners, then random triples; many lie outside the RGB cube

The integer sums below are what the libraries do (OpenCV 4.10 and 5.0, Pillow 13). Each was compared with its library on
all 2^24 triples (--exhaustive does it again, in seconds), and a mismatch on the cases stops the script.

Re-run, from the repository's root:   python tests/oracle/make_chroma_cases.py [--exhaustive]
"""
import itertools
import pathlib
import sys

import cv2
import numpy as np
import PIL
import torch
from PIL import Image
from safetensors.torch import save_file

GOLDEN = pathlib.Path(__file__).parent.parent / "golden"


def rgb_to_yuv(rgb):
    """14 fraction bits, rounded; U and V start from the ROUNDED Y; only V can leave 0..255."""
    r, g, b = rgb.astype(np.int32).T
    y = (4899 * r + 9617 * g + 1868 * b + 8192) >> 14
    u = (8061 * (b - y) + (128 << 14) + 8192) >> 14
    v = (14369 * (r - y) + (128 << 14) + 8192) >> 14
    return np.stack([y, u, v], 1).clip(0, 255).astype(np.uint8)


def yuv_to_rgb(yuv):
    """14 fraction bits; the chroma's part is rounded (>> is an arithmetic shift), then added to Y."""
    y, u, v = yuv.astype(np.int32).T - np.array([[0], [128], [128]])
    r = y + ((18678 * v + 8192) >> 14)
    g = y + ((-6472 * u - 9519 * v + 8192) >> 14)
    b = y + ((33292 * u + 8192) >> 14)
    return np.stack([r, g, b], 1).clip(0, 255).astype(np.uint8)


def rgb_to_grey(rgb):
    r, g, b = rgb.astype(np.int32).T
    return ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16).astype(np.uint8)


def convert(triples, code):
    return cv2.cvtColor(triples[None], code)[0]


def compare(triples):
    """The libraries' conversions of N x 3 triples, having checked that the sums give the same."""
    yuv, rgb = convert(triples, cv2.COLOR_RGB2YUV), convert(triples, cv2.COLOR_YUV2RGB)
    grey = np.array(Image.fromarray(triples[None]).convert("L"))[0]
    assert np.array_equal(rgb_to_yuv(triples), yuv)
    assert np.array_equal(yuv_to_rgb(triples), rgb)
    assert np.array_equal(rgb_to_grey(triples), grey)
    return yuv, rgb, grey


if "--exhaustive" in sys.argv:
    for first in range(256):
        compare(np.indices((1, 256, 256), np.uint8).reshape(3, -1).T + np.array([first, 0, 0], np.uint8))
    print("all 2^24 triples agree")

random = np.random.default_rng(1)
corners = np.array(list(itertools.product((0, 255), repeat=3)), np.uint8)
draw = lambda: np.concatenate([corners, random.integers(0, 256, (4096, 3), np.uint8)])
rgb, yuv_in = draw(), draw()
yuv, _, grey = compare(rgb)
_, rgb_out, _ = compare(yuv_in)
tensors = {"rgb": rgb, "yuv": yuv, "grey": grey, "yuv.in": yuv_in, "rgb.out": rgb_out}
save_file({name: torch.from_numpy(np.ascontiguousarray(t)) for name, t in tensors.items()},
          GOLDEN / "chroma.safetensors", {"opencv": cv2.__version__, "pillow": PIL.__version__})
