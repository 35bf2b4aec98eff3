"""The free pictures that generators are compared on: pictures.tsv names each with its licence."""
import csv
import hashlib
import importlib.util
import pathlib
import shutil

from PIL import Image

LIST = pathlib.Path(__file__).resolve().parent / "pictures.tsv"


def listed():
    """The rows of pictures.tsv, as dictionaries."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def stored_file(row):
    """Where the package that carries a picture has it. Ends the program where it is another picture, for then the
    figures would not be those of others."""
    package = importlib.util.find_spec(row["package"])
    path = pathlib.Path(package.origin).parent / row["file in it"] if package else None
    if path is None or not path.is_file():
        raise SystemExit(f"{row['picture']}: the package {row['package']} does not carry {row['file in it']}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
        raise SystemExit(f"{path}: is not the picture that bench/colours/pictures.tsv names")
    return path


def make_folders(originals, grey):
    """Fills two new folders: the pictures as they are, and their luma (BT.601, 8 bits) as PNG. Returns how many."""
    rows = listed()
    for folder in (originals, grey):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for row in rows:
        path = stored_file(row)
        shutil.copy(path, originals / row["picture"])
        with Image.open(path) as picture:
            picture.convert("RGB").convert("L").save((grey / row["picture"]).with_suffix(".png"))
    return len(rows)
