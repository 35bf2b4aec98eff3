"""Small WebPs of every kind for the fuzzer and for tests/engine/photo/formats/webp_test.cpp, and what is in them:
../golden/webp.safetensors has Pillow's decoding, H x W x 3 or 4 of 8 bits, for each file's name.

    python webp_corpus.py    needs numpy, pillow and safetensors
"""
import pathlib

import numpy as np
from PIL import Image
from safetensors.numpy import save_file


def write_webps(folder, golden):
    y, x = np.mgrid[0:29, 0:37]
    samples = np.dstack([x * 6, y * 8, 255 - y * 3 - x * 3, 255 - x * y % 200]).astype(np.uint8)
    colour, alpha = Image.fromarray(samples[..., :3]), Image.fromarray(samples)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "Grandmother, 1923"
    files = {
        "webp-lossy.webp": (colour, {"quality": 80}),
        "webp-lossless.webp": (colour, {"lossless": True}),
        "webp-lossy-alpha.webp": (alpha, {"quality": 80}),
        "webp-lossless-alpha.webp": (alpha, {"lossless": True, "exact": True}),
        "webp-turned.webp": (colour, {"lossless": True, "exif": exif}),
        "webp-animated.webp": (alpha, {"lossless": True, "exact": True, "save_all": True,
                                       "append_images": [Image.fromarray(255 - samples)], "duration": 40}),
    }
    expected = {}
    for name, (picture, options) in files.items():
        picture.save(folder / name, **options)
        with Image.open(folder / name) as back:
            expected[name] = np.ascontiguousarray(np.asarray(back.convert(picture.mode)))
        if options.get("lossless"):
            assert (expected[name] == np.asarray(picture)).all(), name
    save_file(expected, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_webps(tests / "fuzz/corpus/picture", tests / "golden/webp.safetensors")
