"""Small HEICs and AVIFs of every kind for the fuzzer and for tests/engine/photo/formats/heif_test.cpp, and what is in
them: ../golden/heif.safetensors has, for each file's name, its H x W x 3 or 4 samples of 8 or 16 bits.

    python heif_corpus.py    needs imagecodecs, numpy, pillow (with AVIF), pillow-heif and safetensors

The expected samples of what was compressed without loss are the numbers that it was made from; of what lost something,
those of pillow-heif, which brings another version of libheif than Debian's, and for AVIF Pillow's, which are libavif's.
"""
import io
import pathlib

import imagecodecs
import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps
from safetensors.numpy import save_file

HEIGHT, WIDTH = 34, 46  # even, for chroma of half the size
random = np.random.default_rng(37)
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
       b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="Album 3"/></rdf:RDF></x:xmpmeta>')


def smooth(channels, bits=8):
    planes = [(rows * (3 + c) + columns * (5 - c)) % 200 / 255 + 0.1 for c in range(channels)]
    return (np.stack(planes, -1) * (2 ** bits - 1)).astype(np.int64)


def gentle():
    """No channel changes by more than 3 from a pixel to the next."""
    return np.stack([40 + rows + columns * 3, 200 - rows * 2 - columns, 30 + rows * 3 + columns], -1).astype(np.uint8)


def exif():
    data = Image.Exif()
    data[0x0112] = 6
    data[0x010E] = "Grandmother, 1923"
    return data.tobytes()


def in_16_bits(numbers, bits):
    largest = 2 ** bits - 1
    return ((numbers * 65535 * 2 + largest) // (2 * largest)).astype(np.uint16)


def heic_decoded(content):
    samples = np.asarray(pillow_heif.open_heif(io.BytesIO(content), convert_hdr_to_8bit=False))
    return samples if samples.ndim == 3 else np.repeat(samples[..., None], 3, 2)


def heic_encoded(samples, bits, **options):
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[samples.shape[2]]
    if bits == 8:
        heif = pillow_heif.from_bytes(mode, (WIDTH, HEIGHT), samples.astype(np.uint8).tobytes())
    else:
        words = (samples << (16 - bits)).astype("<u2")
        heif = pillow_heif.from_bytes(mode + ";16", (WIDTH, HEIGHT), words.tobytes())
    pillow_heif.options.SAVE_HDR_TO_12_BIT = bits == 12
    content = io.BytesIO()
    heif.save(content, **options)
    return content.getvalue()


def srgb_profile():
    """Without the time of its making."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + bytes(12) + profile[36:]


def heic_described():
    """Two pictures, of which the second is the primary one, with all that can be said of it. pillow-heif writes EXIF's
    orientation as HEIF's own."""
    profile = srgb_profile()
    numbers = smooth(3).astype(np.uint8)
    heif = pillow_heif.from_bytes("RGB", (WIDTH, HEIGHT), numbers[::-1].tobytes())
    heif.add_frombytes("RGB", (WIDTH, HEIGHT), numbers.tobytes())
    heif[1].info.update(exif=exif(), xmp=XMP, icc_profile=profile, icc_profile_type="prof")
    content = io.BytesIO()
    heif.save(content, primary_index=1, **WITHOUT_LOSS)
    return content.getvalue()


WITHOUT_LOSS = {"quality": -1, "chroma": 444, "matrix_coefficients": 0, "full_range_flag": 1}


def write_heics(write):
    for what, channels, bits in (("rgb", 3, 8), ("rgba", 4, 8), ("rgb10", 3, 10), ("rgb12", 3, 12)):
        numbers = smooth(channels, bits)
        content = heic_encoded(numbers, bits, **WITHOUT_LOSS)
        assert (heic_decoded(content) == (numbers if bits == 8 else numbers << (16 - bits))).all(), what
        write(f"heic-{what}.heic", content, numbers.astype(np.uint8) if bits == 8 else in_16_bits(numbers, bits))
    content = heic_encoded(gentle(), 8, quality=60, chroma=420)
    write("heic-lossy.heic", content, heic_decoded(content))
    content = heic_encoded(smooth(1), 8, quality=90)
    write("heic-grey.heic", content, heic_decoded(content))
    content = heic_described()
    write("heic-described.heic", content, heic_decoded(content))


def pillow(content, mode="RGB"):
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert(mode))


def write_avifs(write):
    def encoded(numbers, **options):
        numbers = numbers if numbers.shape[2] > 1 else numbers[..., 0]
        return imagecodecs.avif_encode(numbers, level=100, speed=8, **options)

    for what, channels, bits in (("rgb", 3, 8), ("rgba", 4, 8), ("rgb10", 3, 10), ("rgb12", 3, 12)):
        numbers = smooth(channels, bits).astype(np.uint8 if bits == 8 else np.uint16)
        content = encoded(numbers, bitspersample=bits)
        assert (imagecodecs.avif_decode(content) == numbers).all(), what
        write(f"avif-{what}.avif", content, numbers if bits == 8 else in_16_bits(numbers.astype(np.int64), bits))
    content = imagecodecs.avif_encode(gentle(), level=60, speed=8, pixelformat="420")
    write("avif-lossy.avif", content, pillow(content))
    content = encoded(smooth(1).astype(np.uint8), pixelformat="400")
    write("avif-grey.avif", content, pillow(content))
    # Described, and turned by boxes of its own where EXIF says so.
    profile = srgb_profile()
    file = io.BytesIO()
    picture = Image.fromarray(gentle())
    picture.save(file, "AVIF", quality=90, subsampling="4:4:4", exif=exif(), xmp=XMP, icc_profile=profile)
    assert pillow(file.getvalue()).shape == (WIDTH, HEIGHT, 3)
    write("avif-described.avif", file.getvalue(), pillow(file.getvalue()))


def write_heifs(folder, golden):
    expected = {}

    def write(name, content, samples):
        (folder / name).write_bytes(content)
        expected[name] = np.ascontiguousarray(samples)

    write_heics(write)
    write_avifs(write)
    save_file(expected, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_heifs(tests / "fuzz/corpus/picture", tests / "golden/heif.safetensors")
