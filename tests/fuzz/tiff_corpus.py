"""Small TIFFs of every kind for the fuzzer and for tests/engine/photo/formats/tiff_test.cpp, and what is in them:
../golden/tiff.safetensors has, for each file's name, its H x W x C samples of 8 or 16 bits, C = 1 grey, 2 grey and
alpha, 3 RGB, 4 RGB and alpha.

    python tiff_corpus.py    needs numpy, pillow, tifffile, imagecodecs and safetensors, and on the PATH libtiff's tools

The expected samples are the numbers that a file was made from, brought to full range by TIFF 6.0's meaning of them; they
are compared with the decoding of Pillow or tifffile where these read the file. A JPEG's are Pillow's; those of YCbCr
without JPEG and of CIELAB are libtiff's own, by its tiff2rgba.
"""
import pathlib
import subprocess
import tempfile

import numpy as np
import tifffile
from PIL import Image
from safetensors.numpy import save_file

HEIGHT, WIDTH = 9, 13
random = np.random.default_rng(23)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]


def noise(bits, *channels):
    return random.integers(0, 2 ** bits, (HEIGHT, WIDTH, *channels))


def scaled(numbers, largest, full):
    """0 to `largest` becomes 0 to `full`, halves up."""
    return (numbers.astype(object) * full * 2 + largest) // (2 * largest)


def write_numbers(folder, expected):
    """Grey of every kind of number, both orders of bytes, both meanings of grey."""
    def write(name, stored, samples, dtype=np.uint8, **options):
        tifffile.imwrite(folder / name, stored, metadata=None, software=False, **options)
        samples = np.asarray(samples).astype(dtype)
        expected[name] = samples if samples.ndim == 3 else samples[..., None]

    bits = noise(1).astype(bool)
    write("tiff-1bit.tif", bits, bits * 255, photometric="minisblack")
    write("tiff-1bit-white.tif", bits, 255 - bits * 255, photometric="miniswhite")
    grey = noise(8).astype(np.uint8)
    write("tiff-grey.tif", grey, grey, photometric="minisblack")
    write("tiff-grey-white.tif", grey, 255 - grey, photometric="miniswhite")
    deep = noise(16).astype(np.uint16)
    write("tiff-grey16.tif", deep, deep, np.uint16, photometric="minisblack")
    write("tiff-grey16-big-endian.tif", deep, deep, np.uint16, photometric="minisblack", byteorder=">")
    write("tiff-grey16-white.tif", deep, 65535 - deep, np.uint16, photometric="miniswhite")
    write("tiff-big.tif", deep, deep, np.uint16, photometric="minisblack", bigtiff=True)
    deeper = noise(32).astype(np.uint32)
    write("tiff-grey32.tif", deeper, scaled(deeper, 2 ** 32 - 1, 65535), np.uint16, photometric="minisblack")
    signed = (noise(16) - 32768).astype(np.int16)
    write("tiff-signed16.tif", signed, scaled(signed.clip(0), 32767, 65535), np.uint16, photometric="minisblack")
    # Away from halves, where sums in float32 may round the other way.
    wanted = random.integers(1, 65535, (HEIGHT, WIDTH))
    real = (wanted + random.uniform(-0.4, 0.4, wanted.shape)) / 65535
    write("tiff-float32.tif", real.astype(np.float32), wanted, np.uint16, photometric="minisblack")
    write("tiff-float32-big-endian.tif", real.astype(np.float32), wanted, np.uint16, photometric="minisblack", byteorder=">")
    write("tiff-float64.tif", real, wanted, np.uint16, photometric="minisblack")
    half = (noise(10) / 1024).astype(np.float16)
    half[0] = random.integers(0, 1024, WIDTH) / 2 ** 24   # too small for an exponent
    write("tiff-float16.tif", half, np.floor(half.astype(float) * 65535 + 0.5), np.uint16, photometric="minisblack")
    # Three pixels of 12 bits are packed into 36 bits; a row ends at a byte.
    twelve = noise(12)
    write("tiff-grey12.tif", twelve.astype(np.uint16), scaled(twelve, 4095, 65535), np.uint16, photometric="minisblack",
          bitspersample=12)
    four = noise(4)
    write("tiff-grey4.tif", four.astype(np.uint8), four * 17, photometric="minisblack", bitspersample=4)

    colour, deep_colour = noise(8, 3).astype(np.uint8), noise(16, 3).astype(np.uint16)
    write("tiff-rgb.tif", colour, colour, photometric="rgb")
    write("tiff-rgb16.tif", deep_colour, deep_colour, np.uint16, photometric="rgb")
    write("tiff-rgb-apart.tif", np.moveaxis(colour, 2, 0), colour, photometric="rgb", planarconfig="separate")
    write("tiff-rgb16-tiles.tif", deep_colour, deep_colour, np.uint16, photometric="rgb", tile=(16, 16), compression="zlib")
    wide = np.tile(colour, (3, 3, 1))
    write("tiff-rgb-tiles.tif", wide, wide, photometric="rgb", tile=(16, 16))
    write("tiff-rgb-tiles-apart.tif", np.moveaxis(wide, 2, 0), wide, photometric="rgb", planarconfig="separate", tile=(16, 16))
    for name, options in {"lzw": {"compression": "lzw"}, "lzw-predictor": {"compression": "lzw", "predictor": True},
                          "deflate": {"compression": "zlib", "predictor": True}, "packbits": {"compression": "packbits"}}.items():
        write(f"tiff-{name}.tif", wide, wide, photometric="rgb", rowsperstrip=4, **options)

    alpha = noise(8, 4).astype(np.uint8)
    write("tiff-alpha.tif", alpha, alpha, photometric="rgb", extrasamples=["unassalpha"])
    write("tiff-further.tif", alpha, alpha[..., :3], photometric="rgb", extrasamples=["unspecified"])
    write("tiff-grey-alpha.tif", alpha[..., :2], alpha[..., :2], photometric="minisblack", extrasamples=["unassalpha"])
    opacity = alpha[..., 3:].astype(int)
    multiplied = np.concatenate([alpha[..., :3] * opacity // 255, opacity], 2)
    straight = multiplied.copy()
    straight[..., :3] = np.where(opacity > 0, np.floor(multiplied[..., :3] * 255 / np.maximum(opacity, 1) + 0.5), 0)
    write("tiff-multiplied.tif", multiplied.astype(np.uint8), straight.clip(0, 255), photometric="rgb", extrasamples=["assocalpha"])

    for bits, dtype in ((8, np.uint8), (16, np.uint16)):
        full = 2 ** bits - 1
        stored = noise(bits, 4)
        let_through = (full - stored[..., :3]) * (full - stored[..., 3:])
        write(f"tiff-cmyk{bits}.tif", stored.astype(dtype), (let_through * 2 + full) // (2 * full), dtype,
              photometric="separated", extrasamples=[])
    palette = random.integers(0, 256, (3, 256))
    write("tiff-palette.tif", grey, palette.T[grey], photometric="palette", colormap=(palette * 257).astype(np.uint16))
    # (Some programs store 8 bits of the 16.)
    write("tiff-palette-8bit.tif", grey, palette.T[grey], photometric="palette", colormap=palette.astype(np.uint16))

    # Turned: the file stores its samples as they are; and pages: a small preview and two pages.
    write("tiff-turned.tif", colour, colour, photometric="rgb", extratags=[(274, "H", 1, 6, True)])
    name = "tiff-pages.tif"
    with tifffile.TiffWriter(folder / name) as pages:
        options = {"metadata": None, "software": False}
        pages.write(grey[::2, ::2], photometric="minisblack", subfiletype=1, **options)
        pages.write(colour, photometric="rgb", subfiletype=2, **options)
        pages.write(deep, photometric="minisblack", subfiletype=2, **options)
    expected[name] = colour


def write_coded(folder, expected):
    """What libtiff's other codings give."""
    y, x = np.mgrid[0:29, 0:37]
    smooth = Image.fromarray(np.dstack([x * 6, y * 8, 255 - y * 3 - x * 3]).astype(np.uint8))
    smooth.save(folder / "tiff-jpeg.tif", compression="jpeg", quality=90)
    expected["tiff-jpeg.tif"] = np.asarray(Image.open(folder / "tiff-jpeg.tif").convert("RGB"))
    with tempfile.TemporaryDirectory() as temporary:
        smooth.save(pathlib.Path(temporary) / "rgb.tif")
        # As cameras and scanners do it: YCbCr inside.
        name = folder / "tiff-jpeg-ycbcr.tif"
        subprocess.run(["tiffcp", "-c", "jpeg:90", pathlib.Path(temporary) / "rgb.tif", name], check=True)
    expected["tiff-jpeg-ycbcr.tif"] = np.asarray(Image.open(name).convert("RGB"))
    bits = ((x // 5 + y // 3) % 2 * 255).astype(np.uint8)
    for coding in ("group3", "group4"):
        name = f"tiff-{coding}.tif"
        Image.fromarray(bits).convert("1").save(folder / name, compression=coding)
        expected[name] = bits[..., None]
        assert (np.asarray(Image.open(folder / name).convert("L")) == bits).all()
    options = {"metadata": None, "software": False}
    tifffile.imwrite(folder / "tiff-ycbcr.tif", np.asarray(smooth.convert("YCbCr")), photometric="ycbcr",
                     extratags=[(530, "H", 2, (1, 1), True)], **options)
    tifffile.imwrite(folder / "tiff-cielab.tif", np.asarray(smooth.convert("YCbCr")), photometric="cielab", **options)
    for name in ("tiff-ycbcr.tif", "tiff-cielab.tif"):
        with tempfile.TemporaryDirectory() as temporary:
            rgba = pathlib.Path(temporary) / "rgba.tif"
            subprocess.run(["tiff2rgba", "-n", folder / name, rgba], check=True)
            expected[name] = np.asarray(Image.open(rgba).convert("RGB"))


def compare(folder, expected):
    """Two other programs read the same, where they do not convert in another way."""
    for name, samples in expected.items():
        if any(word in name for word in ("white", "cmyk", "palette", "multiplied", "further", "pages", "signed", "grey32",
                                         "float", "grey12", "grey4", "ycbcr", "cielab", "1bit", "group", "jpeg")):
            continue
        theirs = tifffile.imread(folder / name)
        if "apart" in name:
            theirs = np.moveaxis(theirs, 0, 2)
        assert (theirs.reshape(samples.shape) == samples).all(), name
    for name in ("tiff-1bit.tif", "tiff-1bit-white.tif", "tiff-grey-white.tif", "tiff-grey4.tif"):
        assert (np.asarray(Image.open(folder / name).convert("L")) == expected[name][..., 0]).all(), name
    for name in ("tiff-palette.tif",):
        assert (np.asarray(Image.open(folder / name).convert("RGB")) == expected[name]).all(), name


def write_tiffs(folder, golden):
    expected = {}
    write_numbers(folder, expected)
    write_coded(folder, expected)
    compare(folder, expected)
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_tiffs(tests / "fuzz/corpus/picture", tests / "golden/tiff.safetensors")
