"""Generators side by side on free pictures: colours them with each, and prints what `colourize measure` says.

    python compare.py COLOURIZE FOLDER [--models stable,ddcolor,stable+ddcolor] [--models-dir FOLDER]

Without --models: the built-in generator, all that are installed, and the ensembles that have a name and all their
members. Prints Markdown.
The pictures stay, so that an eye can look at what the figures say: FOLDER/coloured/MODEL has what that model made.
"""
import argparse
import datetime
import json
import pathlib
import shutil
import subprocess
import sys

from pictures import listed, make_folders

GREY = "grey"


def run(command):
    """What the program prints, as objects. Ends this one where it fails; its own words have said why."""
    words = [str(part) for part in command]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"failed, with exit code {done.returncode}: {' '.join(words)}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def usable_models(program, models_dir):
    return [model["name"] for model in run([program, "models", "--json", *models_dir])
            if model.get("state") in ("built in", "installed") or (model.get("state") == "ensemble" and not model["missing"])]


def colour(program, grey, folder, model, models_dir):
    """Colours the pictures, and says on which device."""
    print(f"colouring with {model}", file=sys.stderr)
    *_, last = run([program, grey, "-o", f"{folder}/", "--model", model, "--json", *models_dir])
    return last["summary"]["device"]


def blue_in_skin(lines, model, people):
    """The mean over the pictures with people: what else has skin's colours, fur and wood, is no skin."""
    shares = [line["blue_in_skin"] for line in lines
              if "source" in line and pathlib.Path(line["source"]).parent.name == model
              and pathlib.Path(line["original"]).name in people and line["blue_in_skin"] is not None]
    return sum(shares) / len(shares) if shares else None


def number(value, decimals=2):
    return "" if value is None else f"{value:.{decimals}f}"


def percent(share, decimals=2):
    return "" if share is None else f"{100 * share:.{decimals}f} %"


def table(rows, lines, people):
    originals = number(rows[0]["colourfulness_m3_of_original"], 1)
    yield (f"| model | CIEDE2000 | at matched colourfulness | factor | colourfulness (originals {originals}) | "
           "blue in skin | luma shift |")
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        cells = [row["name"], number(row["ciede2000"]["mean"]), number(row["ciede2000_at_matched_colourfulness"]),
                 number(row["factor_to_matched_colourfulness"]), number(row["colourfulness_m3"], 1),
                 percent(blue_in_skin(lines, row["name"], people)), number(row["luma_shift"])]
        yield f"| {' | '.join(cells)} |"


def notes(rows, people):
    """What the columns leave out: pictures without people or that cannot be matched; and what an ensemble loses."""
    for row in rows:
        if 0 < row["pictures_matched"] < row["pictures"]:
            yield f"{row['name']}: matched on {row['pictures_matched']} of the {row['pictures']} pictures."
    yield f"Blue in skin is the mean over the {len(people)} pictures with people."
    for row in rows:
        if "ensemble" not in row:
            continue
        members = number(row["ensemble"]["colourfulness_m3_of_members"], 1)
        change = percent(row["ensemble"]["colourfulness_change"], 1)
        yield (f"{row['name']}: colourfulness {number(row['colourfulness_m3'], 1)}, its members' weighted mean "
               f"{members}, a change of {change}.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("colourize", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--models", type=lambda text: text.split(","), help="names with commas between them")
    parser.add_argument("--models-dir", help="the folder of the installed models")
    arguments = parser.parse_args()
    program = arguments.colourize.resolve()
    models_dir = ["--models-dir", arguments.models_dir] if arguments.models_dir else []
    models = arguments.models or usable_models(program, models_dir)
    for model in models:
        if not model or model == GREY or "/" in model or model in (".", "..") or models.count(model) > 1:
            raise SystemExit(f"--models: '{model}' is not the name of one model, which is a folder's name here")

    originals, folder = arguments.folder / "originals", arguments.folder / "coloured"
    shutil.rmtree(folder, ignore_errors=True)
    count = make_folders(originals, folder / GREY)
    devices = {colour(program, folder / GREY, folder / model, model, models_dir) for model in models}
    results = [folder / model for model in (*models, GREY)]
    lines = run([program, "measure", "--against", originals, *results, "--json"])
    rows = [line["summary"] for line in lines if "summary" in line]
    people = {row["picture"] for row in listed() if row["people"] == "yes"}
    print(f"{datetime.date.today()}, {count} pictures (bench/colours/pictures.tsv), {', '.join(sorted(devices))}\n")
    print("\n".join(table(rows, lines, people)))
    print("\n" + "\n".join(notes(rows, people)))


if __name__ == "__main__":
    main()
