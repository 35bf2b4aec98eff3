"""Makes arrays for training out of folders of colour photographs.

    python prepare.py holiday/ portraits=0.5 --held-out test-pictures/ -o arrays

A folder is searched with all its subfolders. After "=" stands how often a picture of it is drawn, against 1. Pictures that teach no
colour, near doubles, and what resembles a held-out picture (mirrored too) are left out, and counted by reason. A run that was killed
resumes when the same command is given again.
"""
import argparse
import math
import os
import pathlib

from recipe import configuration
from recipe.command import run
from recipe.photographs.preparation import prepare


def folder_and_weight(text):
    """("portraits", 0.5) for "portraits=0.5", and weight 1 where no number follows."""
    folder, _, number = text.rpartition("=")
    try:
        weight = float(number)
    except ValueError:
        return text, 1.0
    if not folder:
        return text, 1.0
    if not (weight > 0 and math.isfinite(weight)):
        raise argparse.ArgumentTypeError(f"the weight in {text} is not above zero; leave the folder out instead")
    return folder, weight


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=folder_and_weight, metavar="FOLDER[=WEIGHT]", help="colour photographs to train on")
    parser.add_argument("--held-out", nargs="+", default=[], metavar="FOLDER",
                        help="pictures that must never be trained on: all that you will evaluate with")
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path, help="the folder of arrays to write; must not be there yet")
    parser.add_argument("--config", type=pathlib.Path, default=configuration.DEFAULT, help="default: the config.toml beside this file")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="pictures decoded at a time; default: one a core")
    arguments = parser.parse_args()
    table = prepare(arguments.output, arguments.folders, arguments.held_out, configuration.read(arguments.config), arguments.workers)
    print("\n".join(table))


if __name__ == "__main__":
    run("prepare", main)
