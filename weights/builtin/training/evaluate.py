"""Measures a trained state, or a published file, on colour pictures; and chooses the temperature and the scale to publish.

    python evaluate.py lite.state --choose-on validation/ --report-on test/ -o choice.json
    python evaluate.py ../lite.safetensors --report-on test/

Every picture is made grey, coloured at its own size, and compared with the original: mean CIEDE2000 (lower is nearer) and colourfulness
M(3). The temperature and the scale are chosen on one set of pictures and reported on another, because the best of many on the same
pictures is always flattering. Without --choose-on a published file is measured with the values that it holds.
"""
import argparse
import dataclasses
import os
import pathlib

import torch

from recipe import configuration
from recipe.command import run
from recipe.evaluation import choice, grid
from recipe.evaluation.network_input import InputSettings
from recipe.learning import state_file
from recipe.learning.trainer import averaged_network
from recipe.network import published_file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=pathlib.Path, help="a state of train.py, or a .safetensors file")
    parser.add_argument("--choose-on", nargs="+", metavar="FOLDER", help="colour pictures to choose temperature and scale on")
    parser.add_argument("--report-on", nargs="+", metavar="FOLDER", required=True, help="other colour pictures, to report on")
    parser.add_argument("-o", "--output", type=pathlib.Path, metavar="CHOICE.json", help="where to write the choice, for export.py")
    parser.add_argument("--config", type=pathlib.Path, default=configuration.DEFAULT, help="default: the config.toml beside this file")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="default: one a core")
    arguments = parser.parse_args()
    published = arguments.model.suffix == ".safetensors"
    if not published and not arguments.choose_on:
        parser.error("a state holds no temperature and no scale yet: name pictures to choose them on, with --choose-on")
    if bool(arguments.output) != bool(arguments.choose_on):
        parser.error("--choose-on and --output belong together")

    torch.set_num_threads(arguments.threads)
    numbers = configuration.read(arguments.config)
    settings = numbers.evaluation
    shown = InputSettings(settings.render_factor, settings.input_blur, settings.least_input_range)
    report_on = grid.Folder(arguments.report_on)
    if published:
        network, swatches, metadata = published_file.load(arguments.model, numbers.start.swatch_scale)
        # What the file says about its input counts, as it does for the engine.
        said = {name: type(value)(metadata[name]) for name, value in vars(shown).items() if name in metadata}
        shown = dataclasses.replace(shown, **said)
    else:
        state = state_file.load(arguments.model)
        network, swatches = averaged_network(state), state["swatches"]

    if arguments.choose_on:
        choose_on = grid.Folder(arguments.choose_on)
        grid.check_apart(choose_on, report_on, numbers.pictures.like_held_out)
        values = [(temperature, scale) for temperature in settings.temperatures for scale in settings.scales]
        points, grey, originals = measure(network, swatches, choose_on, values, shown, "Chosen")
        best = choice.choose(points, originals, settings.colourfulness_share)
        print(f"Chosen, by {choice.RULE}:\n  {best}")
        chosen_figures = figures_of(best, grey, originals, choose_on)
    else:
        best = grid.Point(float(metadata.get("temperature", 1)), float(metadata["swatch_scale"]), 0, 0)

    (reported,), grey, originals = measure(network, swatches, report_on, [(best.temperature, best.scale)], shown, "Reported")
    if arguments.output:
        chosen = choice.Choice(best.temperature, best.scale, shown)
        choice.write(arguments.output, chosen, {"colourfulness_share": settings.colourfulness_share, "chosen_on": chosen_figures,
                                                "reported_on": figures_of(reported, grey, originals, report_on)})


def measure(network, swatches, folder, values, shown, what):
    """Evaluates the pairs of values on a folder, and prints their figures under a heading."""
    points, grey, originals = grid.evaluate(network, swatches, folder, values, shown)
    print(f"{what} on {len(folder.paths)} pictures (grey: CIEDE2000 {grey:.3f}; the originals: colourfulness {originals:.1f}):")
    print("\n".join(f"  {point}" for point in points))
    return points, grey, originals


def figures_of(point, grey, originals, folder):
    """The figures of a choice, as they stand in its file."""
    return {"pictures": len(folder.paths), "ciede2000": round(point.ciede2000, 4), "ciede2000_of_grey": round(grey, 4),
            "colourfulness": round(point.colourfulness, 3), "colourfulness_of_originals": round(originals, 3)}


if __name__ == "__main__":
    run("evaluate", main)
