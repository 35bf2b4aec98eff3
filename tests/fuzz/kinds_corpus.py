"""Small files of kinds that are rare but sound, for the fuzzer and for tests/engine/photo/formats/kinds_test.cpp, and
what is in them: ../golden/kinds.safetensors has, for each file's name, its H x W x C samples as they are stored (C is 1
for grey), of 8 or 16 bits.

    python kinds_corpus.py    needs numpy, pillow, imagecodecs and safetensors, and on the PATH jpegtran and pfmtopam

The expected samples are Pillow's decoding, or netpbm's of PFM. Where neither reads the file (some PSDs, PGM of 16 bits),
they are the samples that the file was made from, by the format's specification.
"""
import io
import pathlib
import struct
import subprocess

import imagecodecs
import numpy as np
from PIL import Image
from safetensors.numpy import save_file

HEIGHT, WIDTH = 9, 13
rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
random = np.random.default_rng(19)


def pillow(path):
    """Pillow's decoding, grey or RGB."""
    with Image.open(path) as picture:
        if picture.mode in ("1", "L"):
            return np.asarray(picture.convert("L"))[..., None]
        return np.asarray(picture.convert("RGB"))


# BMP ------------------------------------------------------------------------------------------------------------------

def bmp(indices, bits, palette, data, coding=0, os2=False):
    """data: the bytes of the pixels. palette: N x 3, red, green, blue."""
    height, width = indices.shape[:2]
    colours = b"".join(bytes([b, g, r]) + (b"" if os2 else b"\0") for r, g, b in palette.tolist())
    if os2:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, coding, len(data), 0, 0, len(palette), 0)
    start = 14 + len(header) + len(colours)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + header + colours + data


def plain_rows(indices, bits):
    """Bottom first, each row of whole 4 bytes."""
    result = b""
    for row in indices[::-1]:
        if bits == 24:
            line = row[:, ::-1].astype(np.uint8).tobytes()
        else:
            places = (row[:, None] >> np.arange(bits - 1, -1, -1)) & 1
            line = np.packbits(places.astype(np.uint8)).tobytes()
        result += line + bytes(-len(line) % 4)
    return result


def run_lengths(indices, bits):
    """All forms: runs, pixels as they are, skipped ones, rows that end early."""
    result = b""
    for y, row in enumerate(indices[::-1].tolist()):
        if y == 3:     # a row that is skipped, and two pixels of the next one
            result += bytes([0, 2, 2, 1])
            continue
        x = 2 if y == 4 else 0
        while x < len(row):
            run = 1
            while x + run < len(row) and row[x + run] == row[x]:
                run += 1
            rest = row[x:x + 5]
            if run == 1 and len(rest) >= 3:
                if bits == 8:
                    data = bytes(rest)
                else:
                    nibbles = rest + [0] * (len(rest) % 2)
                    data = bytes(a << 4 | b for a, b in zip(nibbles[::2], nibbles[1::2]))
                result += bytes([0, len(rest)]) + data + bytes(len(data) % 2)
                x += len(rest)
            else:
                result += bytes([run, row[x] if bits == 8 else row[x] * 17])
                x += run
        result += b"\0\0"
    return result + b"\0\1"


def write_bmps(folder, expected):
    for bits in (1, 4, 8):
        palette = random.integers(0, 256, (2 ** bits, 3))
        indices = random.integers(0, 2 ** bits, (HEIGHT, WIDTH))
        for os2 in (False, True):
            name = f"bmp-{bits}bit{'-os2' if os2 else ''}.bmp"
            (folder / name).write_bytes(bmp(indices, bits, palette, plain_rows(indices, bits), os2=os2))
            expected[name] = pillow(folder / name)
            assert (expected[name] == palette[indices]).all(), name
    colours = random.integers(0, 256, (HEIGHT, WIDTH, 3))
    (folder / "bmp-24bit-os2.bmp").write_bytes(bmp(colours, 24, colours[:0, 0], plain_rows(colours, 24), os2=True))
    expected["bmp-24bit-os2.bmp"] = pillow(folder / "bmp-24bit-os2.bmp")
    assert (expected["bmp-24bit-os2.bmp"] == colours).all()
    for bits in (4, 8):
        palette = random.integers(0, 256, (2 ** bits, 3))
        indices = random.integers(0, 2 ** bits, (HEIGHT, WIDTH)) * (columns % 7 < 4)
        skipped = HEIGHT - 1 - 3
        indices[skipped] = 0
        indices[skipped - 1, :2] = 0
        name = f"bmp-rle{bits}.bmp"
        (folder / name).write_bytes(bmp(indices, bits, palette, run_lengths(indices, bits), coding=3 - bits // 4))
        expected[name] = pillow(folder / name)
        assert (expected[name] == palette[indices]).all(), name


# PNM and PFM ----------------------------------------------------------------------------------------------------------

def write_pnms(folder, expected):
    bits = (random.integers(0, 2, (HEIGHT, WIDTH))).astype(np.uint8)
    grey, colour = random.integers(0, 100, (HEIGHT, WIDTH)), random.integers(0, 256, (HEIGHT, WIDTH, 3))
    words = lambda samples: "\n".join(" ".join(map(str, row.ravel())) for row in samples) + "\n"
    files = {
        "plain.pbm": f"P1\n# bits need no space\n{WIDTH} {HEIGHT}\n" + "\n".join("".join(map(str, r)) for r in bits),
        "plain.pgm": f"P2 # white is 99\n{WIDTH} {HEIGHT}\n99\n{words(grey)}",
        "plain.ppm": f"P3\n{WIDTH} {HEIGHT} 255\n{words(colour)}",
        "binary.pbm": f"P4\n{WIDTH} {HEIGHT}\n".encode() + np.packbits(bits, axis=1).tobytes(),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        expected[name] = pillow(folder / name)
    deep = random.integers(0, 65536, (HEIGHT, WIDTH))
    (folder / "plain-deep.pgm").write_bytes(f"P2\n{WIDTH} {HEIGHT}\n65535\n{words(deep)}".encode())
    expected["plain-deep.pgm"] = deep.astype(np.uint16)[..., None]


def netpbm(path):
    """netpbm's decoding of a PFM: a PAM of 16 bits, the higher byte first."""
    pam = subprocess.run(["pfmtopam", "-maxval=65535", path], capture_output=True, check=True).stdout
    header, data = pam.split(b"ENDHDR\n", 1)
    assert b"MAXVAL 65535" in header
    return np.frombuffer(data, ">u2").reshape(HEIGHT, WIDTH, -1).astype(np.uint16)


def write_pfms(folder, expected):
    # Away from halves, where netpbm's sums in float32 may round the other way.
    grey, colour = [((random.integers(1, 65535, shape) + random.uniform(-0.4, 0.4, shape)) / 65535).astype(np.float32)
                    for shape in [(HEIGHT, WIDTH), (HEIGHT, WIDTH, 3)]]
    for name, magic, samples, order, scale in [
            ("grey-little.pfm", "Pf", grey, "<f4", -1.0), ("grey-big.pfm", "Pf", grey * 4, ">f4", 4.0),
            ("colour-little.pfm", "PF", colour, "<f4", -1.0), ("colour-big.pfm", "PF", colour, ">f4", 1.0)]:
        data = samples[::-1].astype(order).tobytes()
        (folder / name).write_bytes(f"{magic}\n{WIDTH} {HEIGHT}\n{scale}\n".encode() + data)
        expected[name] = netpbm(folder / name)


# PSD ------------------------------------------------------------------------------------------------------------------

def packed_bits(row):
    """PackBits: runs of 3 and more, and bytes as they are."""
    result, x = b"", 0
    while x < len(row):
        run = 1
        while x + run < len(row) and row[x + run] == row[x] and run < 128:
            run += 1
        if run >= 3:
            result += bytes([257 - run, row[x]])
            x += run
        else:
            result += bytes([run - 1]) + row[x:x + run]
            x += run
    return result


def psd(channels, mode, bits, packed=False, colours=b""):
    """channels: C x H x W."""
    count, height, width = channels.shape
    lines = [row.astype(">u2" if bits == 16 else np.uint8).tobytes() for plane in channels for row in plane]
    header = b"8BPS" + struct.pack(">H6xHIIHH", 1, count, height, width, bits, mode)
    sections = struct.pack(">I", len(colours)) + colours + bytes(8)
    if not packed:
        return header + sections + b"\0\0" + b"".join(lines)
    coded = [packed_bits(line) for line in lines]
    return header + sections + b"\0\1" + b"".join(struct.pack(">H", len(line)) for line in coded) + b"".join(coded)


def write_psds(folder, expected):
    smooth = (columns // 4 * 40 + rows * 5).astype(np.uint16)
    inks = np.stack([smooth, 255 - smooth // 2, random.integers(0, 256, (HEIGHT, WIDTH)), 200 + rows * 6])
    grey16 = random.integers(0, 65536, (1, HEIGHT, WIDTH))
    palette = random.integers(0, 256, (256, 3)).astype(np.uint8)
    reading = {
        "psd-grey.psd": (smooth[None], 1, 8, False, b""),
        "psd-grey-packed.psd": (smooth[None], 1, 8, True, b""),
        "psd-grey-further.psd": (np.stack([smooth, smooth // 2]), 1, 8, True, b""),
        "psd-duotone.psd": (smooth[None], 8, 8, False, bytes(17)),
        "psd-indexed.psd": (smooth[None], 2, 8, True, palette.T.tobytes()),
    }
    for name, arguments in reading.items():
        (folder / name).write_bytes(psd(*arguments))
        if name == "psd-grey-further.psd":   # Pillow takes the further channel's counts of bytes for data
            expected[name] = smooth[..., None].astype(np.uint8)
        else:
            expected[name] = pillow(folder / name)
            assert (expected[name] == (palette[smooth] if "indexed" in name else smooth[..., None])).all(), name
    for name, packed in {"psd-cmyk.psd": False, "psd-cmyk-packed.psd": True}.items():
        (folder / name).write_bytes(psd(inks, 4, 8, packed))
        # Four inks, 255 the most, as Pillow gives them; the test mixes them by the formula.
        expected[name] = np.asarray(Image.open(folder / name))
        assert (expected[name] == 255 - np.moveaxis(inks, 0, 2)).all()
    for packed in (False, True):
        name = f"psd-grey16{'-packed' if packed else ''}.psd"
        (folder / name).write_bytes(psd(grey16, 1, 16, packed))
        expected[name] = np.moveaxis(grey16, 0, 2).astype(np.uint16)
    deep_inks = inks * 257
    (folder / "psd-cmyk16.psd").write_bytes(psd(deep_inks, 4, 16))
    expected["psd-cmyk16.psd"] = (65535 - np.moveaxis(deep_inks, 0, 2)).astype(np.uint16)


# TGA and JPEG ---------------------------------------------------------------------------------------------------------

def write_tgas(folder, expected):
    colour = random.integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    for place, descriptor in {"bottom-right": 0x10, "top-right": 0x30, "top-left": 0x20}.items():
        header = struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, WIDTH, HEIGHT, 24, descriptor)
        name = f"tga-{place}.tga"
        (folder / name).write_bytes(header + colour[..., ::-1].tobytes())
        expected[name] = pillow(folder / name)


def write_jpegs(folder, expected):
    y, x = np.mgrid[0:29, 0:37]
    picture = np.dstack([x * 6, y * 8, 255 - y * 3 - x * 3]).astype(np.uint8)
    plain = io.BytesIO()
    Image.fromarray(picture).save(plain, "JPEG", quality=90)
    samples = np.asarray(Image.open(plain).convert("RGB"))
    for suffix, options in {"": [], "-progressive": ["-progressive"]}.items():
        name = f"jpeg-arithmetic{suffix}.jpg"
        # The same coefficients in another coding: the same samples.
        coded = subprocess.run(["jpegtran", "-arithmetic", *options], input=plain.getvalue(), capture_output=True,
                               check=True).stdout
        (folder / name).write_bytes(coded)
        expected[name] = samples
    grey = (rows * 25 + columns * 2).astype(np.uint16)
    # What is not read, for its name in the message.
    (folder / "jpeg-12bit.jpg").write_bytes(imagecodecs.jpeg8_encode(grey * 16, bitspersample=12))
    (folder / "jpeg-lossless.jpg").write_bytes(imagecodecs.ljpeg_encode(grey.astype(np.uint8)))
    (folder / "jpeg-ls.jpg").write_bytes(imagecodecs.jpegls_encode(grey.astype(np.uint8)))


def write_kinds(folder, golden):
    expected = {}
    for write in (write_bmps, write_pnms, write_pfms, write_psds, write_tgas, write_jpegs):
        write(folder, expected)
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_kinds(tests / "fuzz/corpus/picture", tests / "golden/kinds.safetensors")
