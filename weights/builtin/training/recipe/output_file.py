"""Files that appear whole or not at all: written beside their name, then renamed, so that a kill leaves no half file."""
import contextlib
import os
import pathlib


@contextlib.contextmanager
def whole_file(path):
    """Opens `path` + ".new" for writing bytes, and gives it its name when the block ends without an error."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    try:
        with open(beside, "wb") as file:
            yield file
            file.flush()
            # Otherwise a power cut could leave the new name with the contents missing.
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
