"""Writes the folder of arrays: reads every folder in parts, leaves out what resembles another picture, and stores the rest.

The folder appears when it is whole. Until then the parts lie beside it in FOLDER.parts, and a run that was killed resumes with them.
"""
import dataclasses
import hashlib
import json
import os
import pathlib
import shutil

import numpy as np

from recipe.command import Failure
from recipe.photographs import parts, signatures, suitability, swatches

LIKE_HELD_OUT, DOUBLE = "like a held-out one", "near double"
REASONS = (suitability.UNREADABLE, suitability.SMALL, suitability.LONG, suitability.GREY, suitability.TINT, suitability.GRAPHIC,
           LIKE_HELD_OUT, DOUBLE)


@dataclasses.dataclass
class Row:
    """What became of a folder's pictures."""
    folder: pathlib.Path
    weight: float
    left_out: dict
    names: list = dataclasses.field(default_factory=list)
    kept: int = 0

    def __str__(self):
        found = self.kept + sum(self.left_out.values())
        reasons = ", ".join(f"{reason} {self.left_out[reason]}" for reason in REASONS if self.left_out[reason])
        return f"{self.folder} (weight {self.weight:g}): found {found}, kept {self.kept}" + (f"; left out: {reasons}" if reasons else "")


def prepare(target, folders, held_out, configuration, workers):
    """Makes the folder `target` of arrays. folders: pairs of (folder, weight); held_out: folders that are not to be trained on.

    Returns the lines of the table. Raises Failure when nothing is left to train on, or the target is there already.
    """
    target = pathlib.Path(target)
    if target.exists():
        raise Failure(f"{target} is there already. Delete it, or name another folder.")
    kept_in = target.with_name(target.name + ".parts")
    half_made = target.with_name(target.name + ".new")

    def read(folder, judged=True):
        return parts.read_folder(pathlib.Path(folder), kept_in, configuration.pictures, workers, judged)

    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(parents=True)
    try:
        table = _fill(half_made, read, folders, held_out, configuration)
    except Failure:
        shutil.rmtree(half_made)
        raise
    # Otherwise a power cut could leave the new name with contents missing.
    os.sync()
    os.rename(half_made, target)
    shutil.rmtree(kept_in)
    return table


def _fill(target, read, folders, held_out, configuration):
    """Writes every array. read(folder): the Parts of a folder. Returns the lines of the table."""
    settings = configuration.pictures
    held_out_parts = [part for folder in held_out for part in read(folder, judged=False)]
    held_out_signatures = _store_held_out(target, held_out_parts, settings.side)

    # First only what decides: the arrays of all pictures together may be larger than the memory.
    rows, found = [], [np.zeros((0, signatures.SIDE ** 2), np.float32)]
    for folder, weight in folders:
        rows.append(Row(pathlib.Path(folder), weight, dict.fromkeys(REASONS, 0)))
        for part in read(folder):
            found.append(part.signature)
            rows[-1].names += part.names
            for reason, count in part.left_out.items():
                rows[-1].left_out[reason] += count
    keep = _select(np.concatenate(found), rows, held_out_signatures, settings)
    if not keep.any():
        raise Failure("No picture is left to train on. " + " | ".join(map(str, rows)))
    _store_pictures(target, (part for row in rows for part in read(row.folder)), rows, keep, settings.side)
    _store_swatches(target, configuration.swatches)

    unreadable = sum(sum(part.left_out.values()) for part in held_out_parts)
    table = [*map(str, rows), f"held out: {len(held_out_signatures)} pictures; unreadable {unreadable}", f"kept in all: {keep.sum()}"]
    (target / "table.txt").write_text("\n".join(table) + "\n", encoding="utf-8")
    (target / "identity.txt").write_text(_identity(target, configuration) + "\n", encoding="utf-8")
    return table


def _store_held_out(target, held_out, side):
    """Stores luma and chroma of the held-out pictures. Returns their signatures, M x 256."""
    luma, chroma = [np.zeros((0, side, side), np.uint8)], [np.zeros((0, side // 4, side // 4, 2), np.uint8)]
    signature = [np.zeros((0, signatures.SIDE ** 2), np.float32)]
    for part in held_out:
        luma.append(part.luma)
        chroma.append(part.chroma)
        signature.append(part.signature)
    np.save(target / "held_out_luma.npy", np.concatenate(luma))
    np.save(target / "held_out_chroma.npy", np.concatenate(chroma))
    return np.concatenate(signature)


def _select(found, rows, held_out, settings):
    """Which of the N pictures of all rows are kept, N booleans. Counts the others in their rows."""
    both_ways = np.concatenate([held_out, signatures.mirrored(held_out)])
    like_held_out = signatures.resembling(found, both_ways, settings.like_held_out)
    double = np.zeros(len(found), bool)
    double[~like_held_out] = signatures.near_doubles(found[~like_held_out], settings.near_double)
    begin = 0
    for row in rows:
        own = slice(begin, begin + len(row.names))
        row.left_out[LIKE_HELD_OUT] = int(like_held_out[own].sum())
        row.left_out[DOUBLE] = int(double[own].sum())
        row.kept = len(row.names) - row.left_out[LIKE_HELD_OUT] - row.left_out[DOUBLE]
        begin = own.stop
    return ~(like_held_out | double)


def _store_pictures(target, read_again, rows, keep, side):
    """Stores luma, chroma, weights and names of the kept pictures, part by part."""
    count = int(keep.sum())
    luma = np.lib.format.open_memmap(target / "luma.npy", "w+", np.uint8, (count, side, side))
    chroma = np.lib.format.open_memmap(target / "chroma.npy", "w+", np.uint8, (count, side // 4, side // 4, 2))
    seen = stored = 0
    for part in read_again:
        kept = keep[seen:seen + len(part.names)]
        end = stored + int(kept.sum())
        luma[stored:end], chroma[stored:end] = part.luma[kept], part.chroma[kept]
        seen, stored = seen + len(part.names), end
    luma.flush()
    chroma.flush()
    np.save(target / "weight.npy", np.concatenate([np.full(row.kept, row.weight) for row in rows]))
    names = [f"{row.folder}\t{name}" for row in rows for name in row.names]
    kept_names = [name for name, kept in zip(names, keep, strict=True) if kept]
    (target / "pictures.tsv").write_text("".join(f"{name}\n" for name in kept_names), encoding="utf-8")


def _store_swatches(target, settings):
    """Stores the histogram of the stored pictures' chroma, and the swatches. settings: the section [swatches]."""
    histogram = swatches.chroma_histogram(np.load(target / "chroma.npy", mmap_mode="r"), np.load(target / "weight.npy"))
    centres = swatches.cluster(histogram, settings)
    if centres is None:
        raise Failure(f"The pictures have fewer colours than the {settings.count} swatches that are asked for. "
                      "Give more pictures, or lower count in [swatches].")
    np.save(target / "chroma_histogram.npy", histogram)
    np.save(target / "swatches.npy", centres)


def _identity(target, configuration):
    """A digest of what was kept and by which numbers."""
    numbers = [dataclasses.asdict(configuration.pictures), dataclasses.asdict(configuration.swatches)]
    digest = hashlib.sha256(json.dumps(numbers).encode())
    for name in ("pictures.tsv", "weight.npy", "swatches.npy", "chroma_histogram.npy"):
        digest.update((target / name).read_bytes())
    return digest.hexdigest()
