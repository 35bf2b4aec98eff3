"""Whether docs/properties.md says what happens to a property in a result of each format: ExifTool looks at the results.

    python3 properties_test.py ROOT PROGRAM [--write]        exit code 1 and a line for each fault

Each source has one property. A result keeps it, or a warning says that it does not; anything else is a fault, whatever the table
says. --write writes the table. The formats are those that the program says it writes.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import sources

PAGE = "docs/properties.md"
BEGIN, END = "<!-- the table: tests/properties/properties_test.py --write -->", "<!-- end of the table -->"
KEPT, SAID = "kept", "left out, said"
EXTENSIONS = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WebP": ".webp", "JPEG XL": ".jxl", "JPEG 2000": ".jp2",
              "OpenEXR": ".exr", "DPX": ".dpx", "HEIC": ".heic", "AVIF": ".avif"}
# Words of the warning that says that a property is left out.
WORDS = {"depth": "bits", "ICC": "profile", "density": "print size|density|resolution", "EXIF": r"Image\.Make|DateTimeOriginal|metadata could not|holds no EXIF",
         "XMP": "XMP|metadata", "IPTC": "IPTC|metadata", "orientation": "orientation", "alpha": "transparen|alpha",
         "pages": "pages", "texts": "texts|comment"}


def exiftool(path, *arguments):
    made = subprocess.run(["exiftool", *arguments, str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return made.stdout


def tags(path):
    """All that ExifTool finds, as numbers where it can; names with their groups."""
    return json.loads(exiftool(path, "-json", "-n", "-a", "-G1"))[0]


def value(found, name):
    """The value under this name in whatever group; None where there is none."""
    return next((value for key, value in found.items() if key.split(":")[-1] == name), None)


def bits(found):
    if value(found, "BitsPerComponent") is not None:  # JPEG 2000 states one less (ISO/IEC 15444-1, I.5.3.1)
        return (int(str(value(found, "BitsPerComponent")).split()[0]) & 0x7F) + 1
    stated = value(found, "BitsPerSample") or value(found, "BitDepth")
    return int(str(stated).split()[0]) if stated is not None else 8


def dots_an_inch(found):
    a_metre = value(found, "PixelsPerUnitX")
    if a_metre is not None:
        return a_metre * 0.0254
    a_metre = value(found, "CaptureXResolution")  # JPEG 2000's, with an exponent of ten
    if a_metre is not None:
        return a_metre * 10 ** value(found, "CaptureXResolutionUnit") * 0.0254
    unit = value(found, "ResolutionUnit")  # TIFF's and EXIF's 2 is the inch; JFIF's 1
    return value(found, "XResolution") if unit in (1, 2) else None


def has_alpha(found):
    if value(found, "ExtraSamples") is not None or "Alpha" in str(value(found, "WebP_Flags") or ""):
        return True
    if value(found, "NumberOfComponents") == 4 or value(found, "ComponentsConfiguration") == 51:  # of JPEG 2000, of DPX
        return True
    flags = value(found, "WebP_Flags")
    return value(found, "ColorType") == 6 or (isinstance(flags, int) and bool(flags & 16))


def is_kept(which, result):
    # ExifTool reads metadata in JPEG XL, and of the picture no more than its size: libjxl's own programs know the rest.
    if result.suffix == ".jxl" and which == "ICC":
        told = subprocess.run(["jxlinfo", "-v", str(result)], stdout=subprocess.PIPE, text=True, check=True).stdout
        return f"{len(sources.profile())}-byte ICC profile" in told
    if result.suffix == ".jxl" and which in ("depth", "alpha"):
        png = result.with_suffix(".from-jxl.png")
        subprocess.run(["djxl", str(result), str(png)], stderr=subprocess.DEVNULL, check=True)
        result = png
    found = tags(result)
    if which == "depth":
        return bits(found) == 16
    if which == "ICC":
        return exiftool(result, "-b", "-ICC_Profile") == sources.profile()
    if which == "density":
        dots = dots_an_inch(found)
        return dots is not None and abs(float(dots) - 600) < 0.01
    if which == "EXIF":
        return value(found, "Make") == "Voigt" and value(found, "DateTimeOriginal") == "1932:05:06 07:08:09"
    if which == "XMP":
        return found.get("XMP-dc:Source") == "Album 3, page 12" and found.get("XMP-dc:Subject") == "attic"
    if which == "IPTC":
        return found.get("IPTC:Keywords") == "attic" and found.get("IPTC:City") == "Graz"
    if which == "orientation":
        upright = value(found, "Orientation") in (None, 0 if result.suffix == ".dpx" else 1)
        return upright and (value(found, "ImageWidth"), value(found, "ImageHeight")) == (sources.HEIGHT, sources.WIDTH)
    if which == "alpha":
        return has_alpha(found)
    if which == "pages":
        directories = subprocess.run(["tiffinfo", str(result)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                     check=False).stdout if result.suffix == ".tif" else b""
        return directories.count(b"Image Width") == 3
    return "from an attic" in (str(value(found, "Comment")), str(value(found, "UserComment")))


def written_formats(program):
    text = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    names = re.search(r"writes (.*)", text)[1]
    return re.split(r", | and ", names)


def outcome(program, which, source, result):
    """KEPT or SAID; otherwise what is wrong."""
    made = subprocess.run([program, str(source), "-o", str(result), "--overwrite", "--json"], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True, check=False)
    if made.returncode != 0:
        return f"exit code {made.returncode}: {made.stdout}"
    warnings = [warning.replace(str(source), "").replace(str(result), "")
                for warning in json.loads(made.stdout.split("\n")[0]).get("warnings", [])]
    said = any(re.search(WORDS[which], warning) for warning in warnings)
    if is_kept(which, result):
        return f"is kept, but a warning says that it is not: {warnings}" if said else KEPT
    return SAID if said else f"is lost without a word: {warnings}"


def main():
    root, program = pathlib.Path(sys.argv[1]), sys.argv[2]
    faults = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        pictures = sources.write_all(folder)
        lines = ["| written as | " + " | ".join(pictures) + " |", "|---" * (len(pictures) + 1) + "|"]
        for name in written_formats(program):
            if name not in EXTENSIONS:
                sys.exit(f"{name} is written, but this test knows no extension of it")
            cells = []
            for which, source in pictures.items():
                cell = outcome(program, which, source, folder / f"result{EXTENSIONS[name]}")
                if cell not in (KEPT, SAID):
                    faults.append(f"{name}, {which}: {cell}")
                cells.append(cell)
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    page = root / PAGE
    text = page.read_text()
    before, rest = text.split(BEGIN + "\n")
    stated, after = rest.split(END)
    table = "\n".join(lines) + "\n"
    if "--write" in sys.argv:
        page.write_text(before + BEGIN + "\n" + table + END + after)
    # A build may lack a library; its format's row is then held by other builds.
    elif not set(lines) <= set(stated.split("\n")):
        faults += [f"{PAGE} does not say: {line}" for line in lines if line not in stated.split("\n")]
    for fault in faults:
        print(fault)
    print(f"{len(lines) - 2} formats, {len(pictures)} properties, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
