"""Small JPEG XLs of every kind for the fuzzer and for tests/engine/photo/formats/jpeg_xl_test.cpp, and what is in them:
../golden/jpeg_xl.safetensors has, for each file's name, its H x W x C samples of 8 or 16 bits, C = 1 grey, 2 grey and
alpha, 3 RGB, 4 RGB and alpha.

    python jpeg_xl_corpus.py    needs imagecodecs, numpy, pillow and safetensors, and on the PATH libjxl's cjxl
                                and djxl (0.7)

The expected samples of what was compressed without loss are the numbers that it was made from; of what lost something,
djxl's.
"""
import io
import pathlib
import struct
import subprocess
import tempfile
import zlib

import imagecodecs
import numpy as np
from PIL import Image
from safetensors.numpy import save_file

HEIGHT, WIDTH = 29, 37
random = np.random.default_rng(31)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
LOSSLESS = ("-d", "0", "-e", "3")

XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Album 3"/></rdf:RDF></x:xmpmeta>')


def smooth(channels, bits=8):
    planes = [(rows * (3 + c) + columns * (5 - c)) % 256 / 255 for c in range(channels)]
    numbers = (np.stack(planes, -1) * (2 ** bits - 1)).astype(np.int64)
    return np.clip(numbers + random.integers(-1, 2, numbers.shape), 0, 2 ** bits - 1)


def chunk(kind, data):
    return struct.pack(">I4s", len(data), kind) + data + struct.pack(">I", zlib.crc32(kind + data))


def box(kind, content):
    return struct.pack(">I4s", len(content) + 8, kind) + content


def png(samples, bits=8, chunks=b""):
    """A PNG of these samples; Pillow writes no RGB of 16 bits."""
    height, width, channels = samples.shape
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    lines = b"".join(b"\0" + line.astype(">u2" if bits > 8 else "u1").tobytes() for line in samples)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
            + chunks + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b""))


def exif(orientation):
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010E] = "Grandmother, 1923"
    return data.tobytes().removeprefix(b"Exif\0\0")


def cjxl(source, kind, *options):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / ("in." + kind)).write_bytes(source)
        subprocess.run(["cjxl", folder / ("in." + kind), folder / "out.jxl", *options], check=True, capture_output=True)
        return (folder / "out.jxl").read_bytes()


def djxl(file):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "in.jxl").write_bytes(file)
        subprocess.run(["djxl", folder / "in.jxl", folder / "out.png"], check=True, capture_output=True)
        picture = np.asarray(Image.open(folder / "out.png"))
        return picture if picture.ndim == 3 else picture[..., None]


def pnm(samples):
    kind = b"P5" if samples.shape[2] == 1 else b"P6"
    return b"%s\n%d %d\n255\n" % (kind, WIDTH, HEIGHT) + samples.astype("u1").tobytes()


def write_jpeg_xls(folder, golden):
    expected = {}

    def write(name, samples, source, kind, *options):
        file = cjxl(source, kind, *options)
        (folder / name).write_bytes(file)
        expected[name] = djxl(file) if samples is None else samples

    for channels, kind in {1: "grey", 2: "grey-alpha", 3: "rgb", 4: "rgba"}.items():
        samples = smooth(channels)
        write(f"jxl-{kind}.jxl", samples.astype(np.uint8), png(samples), "png", *LOSSLESS)
        samples = smooth(channels, 16)
        if channels % 2 == 1:
            write(f"jxl-{kind}16.jxl", samples.astype(np.uint16), png(samples, 16), "png", *LOSSLESS)
    # cjxl 0.7 changes alpha of 16 bits by one, and takes 10 bits for 16: these are by libjxl 0.11.
    samples = smooth(1, 10)
    full = (samples * 65535 * 2 + 1023) // 2046
    file = imagecodecs.jpegxl_encode(samples[..., 0].astype(np.uint16), lossless=True, bitspersample=10)
    (folder / "jxl-grey10.jxl").write_bytes(file)
    expected["jxl-grey10.jxl"] = full.astype(np.uint16)
    samples = smooth(4, 16).astype(np.uint16)
    (folder / "jxl-rgba16.jxl").write_bytes(imagecodecs.jpegxl_encode(samples, lossless=True))
    expected["jxl-rgba16.jxl"] = samples
    write("jxl-lossy.jxl", None, png(smooth(3)), "png", "-d", "1")
    write("jxl-lossy-grey.jxl", None, png(smooth(1)), "png", "-d", "1")
    write("jxl-lossy-alpha.jxl", None, png(smooth(4)), "png", "-d", "2")

    # Of several groups, so that a part of it can be shown.
    large = png(np.kron(smooth(3), np.ones((12, 12, 1))))
    (folder / "jxl-progressive.jxl").write_bytes(cjxl(large, "png", "-d", "3", "-p"))

    # In a file of boxes, some of them compressed. The codestream's orientation is what counts, not that of EXIF.
    samples = smooth(3).astype(np.uint8)
    file = cjxl(png(samples), "png", *LOSSLESS, "--container=0")
    metadata = {b"Exif": bytes(4) + exif(6), b"xml ": XMP}
    plain = b"".join(box(kind, content) for kind, content in metadata.items())
    compressed = b"".join(box(b"brob", kind + imagecodecs.brotli_encode(content)) for kind, content in metadata.items())
    head = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    for name, boxes in {"jxl-described.jxl": plain + box(b"jumb", bytes(9)) + box(b"jxlc", file),
                        "jxl-compressed-boxes.jxl": box(b"jxlc", file) + compressed}.items():
        (folder / name).write_bytes(head + boxes)
        expected[name] = djxl(head + boxes)
        assert (expected[name] == samples).all(), name
    jpeg = io.BytesIO()
    Image.fromarray(samples).save(jpeg, "JPEG", quality=80, subsampling=2, exif=b"Exif\0\0" + exif(6))
    write("jxl-turned-jpeg.jxl", None, jpeg.getvalue(), "jpg")
    assert expected["jxl-turned-jpeg.jxl"].shape == (WIDTH, HEIGHT, 3)

    frames = [Image.fromarray(smooth(3).astype(np.uint8)) for _ in range(2)]
    animated = io.BytesIO()
    frames[0].save(animated, "PNG", save_all=True, append_images=frames[1:], duration=100)
    write("jxl-animated.jxl", np.asarray(frames[0]), animated.getvalue(), "png", *LOSSLESS)

    # Numbers that are no sRGB.
    samples = smooth(1)
    colours = ("-x", "color_space=Gra_D65_Rel_Lin")
    write("jxl-linear-grey.jxl", samples.astype(np.uint8), pnm(samples), "pgm", *LOSSLESS, *colours)
    samples = smooth(3)
    colours = ("-x", "color_space=RGB_D65_DCI_Rel_SRG")
    write("jxl-p3.jxl", samples.astype(np.uint8), pnm(samples), "ppm", *LOSSLESS, *colours)
    floats = (samples[..., :1] / 255 * 1.5).astype("<f4")
    source = b"Pf\n%d %d\n-1.0\n" % (WIDTH, HEIGHT) + floats[::-1].tobytes()
    whole = np.floor(floats.astype(np.float64) / floats.max() * 65535 + 0.5)
    write("jxl-float.jxl", whole.astype(np.uint16), source, "pfm", *LOSSLESS)
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_jpeg_xls(tests / "fuzz/corpus/picture", tests / "golden/jpeg_xl.safetensors")
