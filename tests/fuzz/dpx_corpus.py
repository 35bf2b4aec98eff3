"""Small DPXs of every kind for the fuzzer and for tests/engine/photo/formats/dpx_test.cpp, and what is in them:
../golden/dpx.safetensors has, for each file's name, the H x W x C numbers that its samples are, 0 to the largest of its
depth, 16 bits each; C = 1 luma, 3 RGB, 4 RGBA.

    python dpx_corpus.py    needs numpy and safetensors, and on the PATH ffmpeg (5.1)

The files are made here by SMPTE 268M-2003. ffmpeg decodes them to the same numbers, but for the kinds that it does not
read: 10 bits packed, and what is stored as A B G R.
"""
import pathlib
import struct
import subprocess

import numpy as np
from safetensors.numpy import save_file

HEIGHT, WIDTH = 9, 14
random = np.random.default_rng(41)
PACKED, METHOD_A, METHOD_B = 0, 1, 2
LUMA, RGB, RGBA, ABGR = 6, 50, 51, 52
USER, LOG, LINEAR, VIDEO = 0, 1, 2, 6


def header(order, descriptor, bits, packing, transfer, orientation=0, creator=b"", time_code=0xFFFFFFFF, size=0):
    data = bytearray(b"\xff" * 2048)

    def put(at, kind, *values):
        struct.pack_into(order + kind, data, at, *values)

    data[0:4] = b"SDPX" if order == ">" else b"XPDS"
    put(4, "I8sI", 2048, b"V2.0", 2048 + size)
    put(24, "III", 1664, 384, 0)
    data[36:660] = bytes(624)
    data[160:160 + len(creator)] = creator
    put(768, "HHII", orientation, 1, WIDTH, HEIGHT)
    put(780, "I", 0)
    put(800, "BBBBHHIII", descriptor, transfer, transfer, bits, packing, 0, 2048, 0xFFFFFFFF, 0xFFFFFFFF)
    data[820:852] = bytes(32)
    data[1432:1620] = bytes(188)
    data[1664:1712] = bytes(48)
    data[1732:1864] = bytes(132)
    put(1920, "I", time_code)
    return bytes(data)


def filled_words(numbers, order, packing, luma):
    """Three of 10 bits to a word of 32."""
    gap = 2 if packing == METHOD_A else 0
    numbers = list(numbers) + [0] * (-len(numbers) % 3)
    words = []
    for a, b, c in zip(*[iter(numbers)] * 3):
        first, last = (c, a) if luma else (a, c)
        words.append((first << 20 | b << 10 | last) << gap)
    return struct.pack(f"{order}{len(words)}I", *words)


def packed_words(numbers, order, bits):
    """From the lowest bit of words of 32."""
    whole = sum(int(number) << (bits * i) for i, number in enumerate(numbers))
    count = (len(numbers) * bits + 31) // 32
    return struct.pack(f"{order}{count}I", *[whole >> (32 * i) & 0xFFFFFFFF for i in range(count)])


def row_of(numbers, order, bits, packing, luma):
    numbers = [int(number) for number in numbers.ravel()]
    if bits == 8:
        row = bytes(numbers)
    elif bits == 10 and packing != PACKED:
        row = filled_words(numbers, order, packing, luma)
    elif packing == PACKED and bits in (10, 12):
        row = packed_words(numbers, order, bits)
    else:
        shift = 4 if bits == 12 and packing == METHOD_A else 0
        row = struct.pack(f"{order}{len(numbers)}H", *[number << shift for number in numbers])
    return row + bytes(-len(row) % 4)


def by_ffmpeg(path, bits, channels):
    depth = {8: "", 10: "10", 12: "12", 16: "16"}[bits]
    formats = {1: "gray" + depth, 3: "rgb24" if bits == 8 else "rgb48", 4: "rgba" if bits == 8 else "rgba64"}
    name = formats[channels] + ("" if bits == 8 else "le")
    command = ["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", name, "-"]
    raw = subprocess.run(command, check=True, capture_output=True).stdout
    samples = np.frombuffer(raw, "u1" if bits == 8 else "<u2").reshape(HEIGHT, WIDTH, channels)
    # Colours of 10 and 12 bits come in 16, filled up by their own highest bits.
    return samples >> (16 - bits) if bits in (10, 12) and channels > 1 else samples


def write_dpxs(folder, golden):
    expected = {}

    def write(name, bits, descriptor, order=">", packing=METHOD_A, transfer=VIDEO, checked=True, **more):
        channels = {LUMA: 1, RGB: 3, RGBA: 4, ABGR: 4}[descriptor]
        numbers = random.integers(0, 2 ** bits, (HEIGHT, WIDTH, channels))
        stored = numbers[..., ::-1] if descriptor == ABGR else numbers
        rows = b"".join(row_of(row, order, bits, packing, descriptor == LUMA) for row in stored)
        path = folder / f"dpx-{name}.dpx"
        path.write_bytes(header(order, descriptor, bits, packing, transfer, size=len(rows), **more) + rows)
        expected[path.name] = np.ascontiguousarray(numbers.astype(np.uint16))
        if checked:
            assert (by_ffmpeg(path, bits, channels) == numbers).all(), name

    write("rgb8", 8, RGB, packing=PACKED)
    write("rgba8", 8, RGBA, packing=PACKED)
    write("abgr8", 8, ABGR, packing=PACKED, checked=False)
    write("luma8", 8, LUMA, packing=PACKED)
    for name, order in {"big": ">", "little": "<"}.items():
        write(f"rgb10-{name}", 10, RGB, order)
        write(f"rgb16-{name}", 16, RGB, order, PACKED)
        write(f"rgb12-{name}", 12, RGB, order)
        write(f"luma16-{name}", 16, LUMA, order, PACKED)
    write("luma10", 10, LUMA)
    write("rgb10-low", 10, RGB, packing=METHOD_B)
    write("luma10-low", 10, LUMA, packing=METHOD_B)
    write("rgb12-low", 12, RGB, packing=METHOD_B)
    write("rgb12-packed", 12, RGB, packing=PACKED)
    write("luma12-packed", 12, LUMA, packing=PACKED)
    write("rgb10-packed", 10, RGB, "<", PACKED, checked=False)
    write("log", 10, RGB, transfer=LOG, creator=b"Scanner", time_code=0x01020304)
    write("linear", 16, LUMA, packing=PACKED, transfer=LINEAR)
    write("linear-ffmpeg", 8, RGB, packing=PACKED, transfer=LINEAR, creator=b"Lavc59.37.100")
    write("unknown", 10, RGB, transfer=USER)
    write("turned", 8, RGB, packing=PACKED, orientation=5)
    save_file(expected, golden)


if __name__ == "__main__":
    tests = pathlib.Path(__file__).parent.parent
    write_dpxs(tests / "fuzz/corpus/picture", tests / "golden/dpx.safetensors")
