"""The state of a training run as a file: what train.py resumes from, and what evaluate.py and export.py read."""
import pickle
import zipfile

import torch

from recipe.command import Failure
from recipe.output_file import whole_file

KIND = "state of the recipe of lite, 1"


def save(path, trainer, swatches, settings, identity):
    """Writes the state whole or not at all. settings: Configuration.decides_weights(); identity: of the arrays."""
    state = {"kind": KIND, "swatches": swatches, "settings": settings, "arrays": identity, **trainer.state()}
    with whole_file(path) as file:
        torch.save(state, file)


def load(path):
    """The saved dictionary. Raises Failure when the file is none."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise Failure(f"{path} is not there. Make it with train.py.") from error
    except (RuntimeError, EOFError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        raise Failure(f"{path} is not a state that train.py saved. Name another file, or delete it and train again.") from error
    if not isinstance(state, dict) or state.get("kind") != KIND:
        raise Failure(f"{path} is not a state that train.py saved. Name another file, or delete it and train again.")
    return state


def check_same_run(path, state, settings, identity):
    """Raises Failure when a state belongs to other numbers or other arrays than a run that would resume from it."""
    if state["arrays"] != identity:
        raise Failure(f"{path} was trained on other arrays. Name those, or another file for the state.")
    different = [f"{name} in [{section}]" for section, values in settings.items() for name, value in values.items()
                 if state["settings"][section].get(name) != value]
    if different:
        raise Failure(f"{path} was begun with other numbers: {', '.join(different)}. Set them back, or name another file for the state.")
