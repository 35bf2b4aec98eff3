"""Reads config.toml. The comments there say what each number does; here stand only the names and the types."""
import dataclasses
import pathlib
import tomllib

from recipe.command import Failure

DEFAULT = pathlib.Path(__file__).resolve().parent.parent / "config.toml"


@dataclasses.dataclass(frozen=True)
class Pictures:
    side: int
    smallest_side: int
    longest_shape: float
    least_chroma: float
    least_spread: float
    fewest_colours: int
    two_colours_share: float
    like_held_out: float
    near_double: float


@dataclasses.dataclass(frozen=True)
class Swatches:
    count: int
    histogram_power: float
    rounds: int
    seed: int


@dataclasses.dataclass(frozen=True)
class Start:
    swatch_scale: float
    bias_correction: float
    bias_correction_power: float
    statistics_batches: int
    statistics_side: int


@dataclasses.dataclass(frozen=True)
class Samples:
    seed: int
    steps: int
    batch: int
    sides: list
    side_starts: list
    crop_of_picture: float
    crop_of_side: float


@dataclasses.dataclass(frozen=True)
class OldPrint:
    gamma_spread: float
    contrast_spread: float
    brightness_spread: float
    soft_share: float
    largest_grain: float


@dataclasses.dataclass(frozen=True)
class Loss:
    temperature: float
    neighbours: int
    neighbour_spread: float
    rare_colour_power: float
    uniform_share: float
    lab_weight: float
    edge_weight: float
    edge_luma: float


@dataclasses.dataclass(frozen=True)
class Optimizer:
    learning_rate: float
    encoder_share: float
    decoder_alone_steps: int
    warm_up_steps: int
    last_share: float
    weight_decay: float
    betas: list
    largest_gradient: float
    average_decay: float


@dataclasses.dataclass(frozen=True)
class Progress:
    report_steps: int
    save_steps: int
    evaluate_steps: int
    held_out_pictures: int


@dataclasses.dataclass(frozen=True)
class Evaluation:
    render_factor: int
    input_blur: float
    least_input_range: float
    temperatures: list
    scales: list
    colourfulness_share: float


@dataclasses.dataclass(frozen=True)
class Configuration:
    pictures: Pictures
    swatches: Swatches
    start: Start
    samples: Samples
    old_print: OldPrint
    loss: Loss
    optimizer: Optimizer
    progress: Progress
    evaluation: Evaluation

    def decides_weights(self):
        """The sections, as dictionaries, on which the trained weights depend: a run must resume with the same ones."""
        names = ("start", "samples", "old_print", "loss", "optimizer")
        return {name: dataclasses.asdict(getattr(self, name)) for name in names}


def read(path=DEFAULT):
    """The Configuration of a file. Raises Failure when a name is missing or unknown, or a value has another type."""
    try:
        with open(path, "rb") as file:
            tables = tomllib.load(file)
    except tomllib.TOMLDecodeError as error:
        raise Failure(f"{path} is not TOML: {error}. Compare it with the config.toml of the recipe.") from error
    sections = {field.name: field.type for field in dataclasses.fields(Configuration)}
    _same_names(path, "the file", tables, sections)
    configuration = Configuration(**{name: _section(path, name, kind, tables[name]) for name, kind in sections.items()})
    _check(path, configuration)
    return configuration


def _same_names(path, place, found, wanted):
    for name in wanted:
        if name not in found:
            raise Failure(f"{path}: {place} lacks '{name}'. Take it over from the config.toml of the recipe.")
    for name in found:
        if name not in wanted:
            raise Failure(f"{path}: {place} has '{name}', which the recipe does not know. Is it misspelt?")


def _section(path, name, kind, table):
    fields = {field.name: field.type for field in dataclasses.fields(kind)}
    _same_names(path, f"[{name}]", table, fields)
    values = {}
    for field, wanted in fields.items():
        value = table[field]
        # A whole number may stand where any number may; True and False are no numbers.
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise Failure(f"{path}: {field} in [{name}] is {value!r}, which is not of the type {wanted.__name__}.")
        if wanted is list and not all(type(number) in (int, float) for number in value):
            raise Failure(f"{path}: {field} in [{name}] is {value!r}, but should hold numbers only.")
        values[field] = value
    return kind(**values)


def _check(path, configuration):
    samples, progress = configuration.samples, configuration.progress
    sides = [configuration.pictures.side, configuration.start.statistics_side, *samples.sides]
    rules = {
        "every side is a multiple of 32 and above 0": all(side > 0 and side % 32 == 0 for side in sides),
        "[samples] has one side_start for each of the sides, from 0.0 on, in growing order":
            len(samples.sides) == len(samples.side_starts) and samples.side_starts[:1] == [0]
            and samples.side_starts == sorted(samples.side_starts),
        "statistics_batches is at least 1": configuration.start.statistics_batches >= 1,
        "betas are two": len(configuration.optimizer.betas) == 2,
        "batch is at least 2, as batch norms need": samples.batch >= 2,
        "there are at least as many swatches as neighbours": configuration.swatches.count >= configuration.loss.neighbours,
        "the steps of [progress] are above 0":
            min(progress.report_steps, progress.save_steps, progress.evaluate_steps) > 0,
    }
    for rule, holds in rules.items():
        if not holds:
            raise Failure(f"{path}: it must hold that {rule}. Change the number.")
