"""Small pictures, each with one property that a result should keep. ExifTool adds metadata, which is not ours."""
import pathlib
import struct
import subprocess
import zlib

WIDTH, HEIGHT = 48, 32


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def chunk(kind, data):
    """PNG, third edition, 5.3: length, kind, data, checksum of the latter two."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(bits, channels, chunks=b""):
    """A grey ramp, of channels 1 (grey), 2 (and alpha), 3 (red, green, blue) or 4."""
    size, largest = bits // 8, 2**bits - 1
    rows = b""
    for y in range(HEIGHT):
        rows += b"\0"
        for x in range(WIDTH):
            grey = (x * HEIGHT + y) * largest // (WIDTH * HEIGHT)
            samples = [grey] * (3 if channels > 2 else 1)
            if channels % 2 == 0:
                samples.append(largest * x // WIDTH)
            rows += b"".join(sample.to_bytes(size, "big") for sample in samples)
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, kind, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunks + chunk(b"IDAT", zlib.compress(rows))
            + chunk(b"IEND", b""))


def profile():
    """An RGB profile of three primaries and a gamma (ICC.1:2001-04, 6.3.1.2): Adobe RGB (1998)'s, by D50."""
    def fixed(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    def described(text):
        return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + b"\0" + bytes(4 + 4 + 2 + 1 + 67)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(563 / 256 * 256)) + b"\0\0"
    tags = [(b"desc", described(b"A wide test profile")), (b"cprt", b"text\0\0\0\0none\0\0\0\0"),
            (b"wtpt", xyz(0.9505, 1, 1.0891)), (b"rXYZ", xyz(0.60974, 0.31111, 0.01947)),
            (b"gXYZ", xyz(0.20528, 0.62567, 0.06087)), (b"bXYZ", xyz(0.14919, 0.06322, 0.74457)),
            (b"rTRC", curve), (b"gTRC", curve), (b"bTRC", curve)]
    place = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += name + struct.pack(">II", place + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    body = table + data
    header = struct.pack(">I4sI4s4s4s", 128 + len(body), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 + 4 + 4 + 4 + 8 + 4)
    header += fixed(0.9642) + fixed(1) + fixed(0.8249) + bytes(48)
    return header[:128] + body


def tiff_of_pages(pages):
    """TIFF 6.0, section 2: directories in a chain, each with a strip of 8-bit grey."""
    file = b"II*\0"
    link = 4
    file += bytes(4)
    for number in range(pages):
        strip = len(file)
        file += bytes((x * 5 + y * 3 + number * 40) % 256 for y in range(HEIGHT) for x in range(WIDTH))
        entries = [(256, 3, WIDTH), (257, 3, HEIGHT), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, strip), (277, 3, 1),
                   (278, 3, HEIGHT), (279, 4, WIDTH * HEIGHT)]
        place = len(file)
        file = file[:link] + struct.pack("<I", place) + file[link + 4:]
        file += struct.pack("<H", len(entries))
        for tag, kind, value in entries:
            file += struct.pack("<HHII", tag, kind, 1, value)
        link = len(file)
        file += bytes(4)
    return file


def write_all(folder: pathlib.Path):
    """Writes the sources into the folder: the property's name -> the file."""
    def write(name, content, *arguments):
        (folder / name).write_bytes(content)
        if arguments:
            run("exiftool", "-q", "-q", "-overwrite_original", *arguments, str(folder / name))
        return folder / name

    wide = chunk(b"iCCP", b"wide\0\0" + zlib.compress(profile()))
    inch = chunk(b"pHYs", struct.pack(">IIB", 23622, 23622, 1))
    text = chunk(b"tEXt", b"Comment\0from an attic")
    return {
        "depth": write("depth.png", png(16, 1)),
        "ICC": write("icc.png", png(8, 3, wide)),
        "density": write("density.png", png(8, 1, inch)),
        "EXIF": write("exif.png", png(8, 1), "-EXIF:Make=Voigt", "-EXIF:DateTimeOriginal=1932:05:06 07:08:09"),
        "XMP": write("xmp.png", png(8, 1), "-XMP-dc:Source=Album 3, page 12", "-XMP-dc:Subject=attic"),
        "IPTC": write("iptc.tif", tiff_of_pages(1), "-IPTC:Keywords=attic", "-IPTC:City=Graz"),
        "orientation": write("turned.png", png(8, 1), "-n", "-EXIF:Orientation=6"),
        "alpha": write("alpha.png", png(8, 2)),
        "pages": write("pages.tif", tiff_of_pages(3)),
        "texts": write("texts.png", png(8, 1, text)),
    }
