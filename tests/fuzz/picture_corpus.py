"""Small PNGs and JPEGs of every kind for the fuzzer and for tests/engine/photo/formats, and what is in them.

make_corpus.py calls it. The expected samples of a PNG follow from the PNG specification (W3C, third edition): sources
are scaled to full range (13.12, exactly), palettes looked up, tRNS turned into alpha. Those of a JPEG are Pillow's,
whose wheel carries libjpeg-turbo.
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

HEIGHT, WIDTH = 9, 13   # odd, and so small that some of Adam7's passes are a row or a column
# Adam7 (PNG, 8.1): the row and the column where each pass begins, and its steps.
PASSES = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}   # of a pixel, by colour type
DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed_rows(samples, depth):
    """The bytes of each row: H x W x C integers, the leftmost pixel in the highest bits."""
    for row in samples:
        if depth == 16:
            yield row.astype(">u2").tobytes()
        else:
            bits = (row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1
            yield np.packbits(bits.astype(np.uint8)).tobytes()


def filtered(rows, pixel):
    """Each row by another of the five filters (PNG, 9.2); `pixel`: the bytes of a pixel, at least 1."""
    before, result = None, b""
    for y, row in enumerate(rows):
        line = np.frombuffer(row, np.uint8).astype(int)
        above = np.zeros_like(line) if before is None else before
        left = np.concatenate([np.zeros(pixel, int), line])[:len(line)]
        corner = np.concatenate([np.zeros(pixel, int), above])[:len(line)]
        estimate = left + above - corner
        to_left, to_above, to_corner = abs(estimate - left), abs(estimate - above), abs(estimate - corner)
        above_or_corner = np.where(to_above <= to_corner, above, corner)
        paeth = np.where((to_left <= to_above) & (to_left <= to_corner), left, above_or_corner)
        guess = [0, left, above, (left + above) // 2, paeth][y % 5]
        result += bytes([y % 5]) + ((line - guess) % 256).astype(np.uint8).tobytes()
        before = line
    return result


def png(samples, depth, kind, interlaced=False, extra=b""):
    pixel = max(1, depth * SAMPLES[kind] // 8)
    parts = [samples[y::dy, x::dx] for y, x, dy, dx in PASSES] if interlaced else [samples]
    data = b"".join(filtered(packed_rows(part, depth), pixel) for part in parts if part.size)
    height, width = samples.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    chunks = [chunk(b"IHDR", header), extra, chunk(b"IDAT", zlib.compress(data)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def expected_png(samples, depth, kind, palette, transparent):
    """H x W x 3 or 4 at full range. transparent: the tRNS chunk's numbers, or None."""
    full = 65535 if depth == 16 else 255
    dtype = np.uint16 if depth == 16 else np.uint8
    if kind == 3:
        colours = palette[samples[..., 0]]
        if transparent is None:
            return colours.astype(np.uint8)
        alphas = np.full(len(palette), 255)
        alphas[:len(transparent)] = transparent
        return np.dstack([colours, alphas[samples[..., 0]]]).astype(np.uint8)
    scaled = samples.astype(int) * full // (2 ** depth - 1)
    colours = np.repeat(scaled[..., :1], 3, axis=2) if kind in (0, 4) else scaled[..., :3]
    if kind in (4, 6):
        return np.dstack([colours, scaled[..., -1]]).astype(dtype)
    if transparent is None:
        return colours.astype(dtype)
    return np.dstack([colours, np.where((samples == transparent).all(axis=2), 0, full)]).astype(dtype)


def write_pngs(folder, expected):
    random = np.random.default_rng(11)
    for kind, depths in DEPTHS.items():
        for depth in depths:
            samples = random.integers(0, 2 ** depth, (HEIGHT, WIDTH, SAMPLES[kind]))
            palette = random.integers(0, 256, (2 ** min(depth, 8), 3))
            colours = chunk(b"PLTE", palette.astype(np.uint8).tobytes()) if kind == 3 else b""
            # A palette's first entries, or one colour, are transparent.
            transparent = random.integers(0, 256, len(palette) // 2 + 1) if kind == 3 else samples[4, 6]
            holes = chunk(b"tRNS", transparent.astype(np.uint8 if kind == 3 else ">u2").tobytes())
            variants = {"": (False, b"", None), "-interlaced": (True, b"", None)}
            if kind in (0, 2, 3):
                variants["-transparent"] = (False, holes, transparent)
            for suffix, (interlaced, extra, numbers) in variants.items():
                name = f"type{kind}-{depth}bit{suffix}.png"
                (folder / name).write_bytes(png(samples, depth, kind, interlaced, colours + extra))
                expected[name] = expected_png(samples, depth, kind, palette, numbers)
                # Pillow reads no 16-bit RGB, and compares tRNS of a shallow grey with samples that are scaled already.
                if depth != 16 and not (kind == 0 and extra):
                    mode = "RGBA" if expected[name].shape[2] == 4 else "RGB"
                    theirs = np.asarray(Image.open(folder / name).convert(mode))
                    assert (theirs == expected[name]).all(), name


def write_damaged_pngs(folder):
    whole = (folder / "type2-8bit.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[:len(whole) * 2 // 3])
    broken = bytearray(whole)
    broken[whole.index(b"IDAT") + 40] ^= 0x10
    (folder / "checksum.png").write_bytes(broken)
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000), 9))
    (folder / "text-bomb.png").write_bytes(whole[:33] + text + whole[33:])


def write_jpegs(folder, expected):
    random = np.random.default_rng(13)
    rows, columns = np.mgrid[0:29, 0:37]
    rgb = np.dstack([columns * 6, rows * 8, 255 - rows * 3 - columns * 3]) + random.integers(-9, 10, (29, 37, 3))
    colour = Image.fromarray(rgb.clip(0, 255).astype(np.uint8))
    grey, cmyk = colour.convert("L"), colour.convert("CMYK")
    variants = {
        "420": (colour, {"subsampling": 2}),
        "422": (colour, {"subsampling": 1}),
        "444": (colour, {"subsampling": 0}),
        "420-progressive": (colour, {"subsampling": 2, "progressive": True}),
        "420-restarts": (colour, {"subsampling": 2, "restart_marker_blocks": 2}),
        "rgb": (colour, {"keep_rgb": True}),
        "grey": (grey, {}),
        "grey-progressive": (grey, {"progressive": True}),
        "cmyk": (cmyk, {}),
        "cmyk-progressive": (cmyk, {"progressive": True}),
    }
    for suffix, (picture, options) in variants.items():
        name = f"jpeg-{suffix}.jpg"
        picture.save(folder / name, quality=90, **options)
        decoded = Image.open(folder / name)
        # Pillow's way from CMYK to RGB rounds otherwise than ours: its four inks are what is compared.
        expected[name] = np.asarray(decoded if decoded.mode == "CMYK" else decoded.convert("RGB"))


def write_damaged_jpegs(folder):
    for suffix in ("420", "420-progressive"):
        whole = (folder / f"jpeg-{suffix}.jpg").read_bytes()
        scan = whole.index(b"\xff\xda")
        (folder / f"cut-{suffix}.jpg").write_bytes(whole[:scan + (len(whole) - scan) * 3 // 4])
    whole = (folder / "jpeg-grey.jpg").read_bytes()
    (folder / "no-end-mark.jpg").write_bytes(whole[:-2])
    # Two hundred scans of one block: a progressive picture's first, again and again, each of them allowed.
    segment = lambda marker, data: b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data
    scan = segment(0xDA, bytes([1, 1, 0, 0, 0, 0])) + b"\x7f"
    tables = segment(0xDB, bytes([0] + [1] * 64)) + segment(0xC4, bytes([0, 1] + [0] * 15 + [0]))
    frame = segment(0xC2, struct.pack(">BHHBBBB", 8, 8, 8, 1, 1, 0x11, 0))
    (folder / "scans.jpg").write_bytes(b"\xff\xd8" + tables + frame + 200 * scan + b"\xff\xd9")


def write_pictures(folder, golden):
    expected = {}
    write_pngs(folder, expected)
    write_damaged_pngs(folder)
    write_jpegs(folder, expected)
    write_damaged_jpegs(folder)
    save_file({name: np.ascontiguousarray(samples) for name, samples in expected.items()}, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_pictures(tests / "fuzz/corpus/picture", tests / "golden/decoded.safetensors")
