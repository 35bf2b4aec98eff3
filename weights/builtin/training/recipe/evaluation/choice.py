"""The temperature and the scale that are published, by which rule they were chosen, and the small file that says so."""
import dataclasses
import json

from recipe.command import Failure
from recipe.evaluation.network_input import InputSettings
from recipe.output_file import whole_file

RULE = ("the lowest CIEDE2000 among the points whose colourfulness is at least colourfulness_share of the originals'; "
        "where none is, the most colourful point")


@dataclasses.dataclass(frozen=True)
class Choice:
    temperature: float    # of the softmax over the swatches
    scale: float          # of the swatches
    input: InputSettings  # how the pictures were shown to the network


def choose(points, originals_colourfulness, share):
    """One of the grid's Points, by RULE. originals_colourfulness: mean M(3) of the originals; share: of [evaluation]."""
    colourful = [point for point in points if point.colourfulness >= share * originals_colourfulness]
    if colourful:
        return min(colourful, key=lambda point: point.ciede2000)
    return max(points, key=lambda point: point.colourfulness)


def write(path, choice, figures):
    """Writes a Choice, and a dictionary of the figures it was chosen by, as JSON."""
    with whole_file(path) as file:
        file.write((json.dumps({**dataclasses.asdict(choice), "rule": RULE, **figures}, indent=2) + "\n").encode())


def read(path):
    """The Choice of a file that evaluate.py wrote. Raises Failure when it is none."""
    try:
        with open(path, "rb") as file:
            stored = json.load(file)
        shown = stored["input"]
        choice = Choice(float(stored["temperature"]), float(stored["scale"]), InputSettings(
            int(shown["render_factor"]), float(shown["input_blur"]), float(shown["least_input_range"])))
    except FileNotFoundError as error:
        raise Failure(f"{path} is not there. Make it with evaluate.py.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Failure(f"{path} is not a choice that evaluate.py wrote. Make it again.") from error
    if not (choice.temperature > 0 and choice.scale > 0):
        raise Failure(f"{path} has a temperature or a scale that is not above zero. Make it again with evaluate.py.")
    return choice
