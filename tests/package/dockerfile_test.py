#!/usr/bin/env python3
"""Runs the Dockerfile's stages for CPUs without Docker, in fresh roots of Debian 12 (root.sh), and then the image.

    dockerfile_test.py SOURCE ROOTS        the source tree, and where downloaded roots are kept

It honours RUN with bind mounts, COPY, WORKDIR, USER, ENV, ENTRYPOINT and CMD, says which instructions it did not run,
and stops at one that it does not know. Exit code 77, after a line SKIPPED, where no root can be made.
"""
import dataclasses
import fnmatch
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

BASE = "debian:bookworm-slim"  # the image that a root of root.sh stands for


@dataclasses.dataclass
class Stage:
    name: str
    base: str
    instructions: list = dataclasses.field(default_factory=list)  # (line, word, rest)


@dataclasses.dataclass
class State:
    """What the instructions so far have set."""
    directory: str = "/"
    user: str = "root"
    environment: dict = dataclasses.field(default_factory=dict)
    entrypoint: list = dataclasses.field(default_factory=list)
    command: list = dataclasses.field(default_factory=list)


def fail(reason):
    sys.exit(f"dockerfile_test: {reason}")


def instructions_of(text):
    """(line, word, rest) of each instruction, continued lines joined and comments left out."""
    parts, first = [], 0
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("#") or (not parts and not line.strip()):
            continue
        first = first if parts else number
        parts.append(line.rstrip("\\").strip())
        if line.endswith("\\"):
            continue
        word, _, rest = " ".join(parts).partition(" ")
        yield first, word, rest
        parts = []


def stages_of(text):
    stages = []
    for line, word, rest in instructions_of(text):
        if word == "FROM":
            named = re.fullmatch(r"(\S+) AS (\S+)", rest)
            if not named:
                fail(f"line {line}: a stage without a name")
            stages.append(Stage(named[2], named[1]))
        elif not stages:
            fail(f"line {line}: {word} before the first FROM")
        else:
            stages[-1].instructions.append((line, word, rest))
    return stages


class Ignored:
    """Which files of the context a .dockerignore leaves out."""

    def __init__(self, text):
        self.patterns = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
        for pattern in self.patterns:
            if pattern.startswith("!") or "**" in pattern.removeprefix("**/"):
                fail(f".dockerignore: {pattern} is more than this test understands")

    def __call__(self, path):
        for pattern in self.patterns:
            name = path.rpartition("/")[2] if pattern.startswith("**/") else path
            if fnmatch.fnmatchcase(name, pattern.removeprefix("**/")):
                return True
        return False


def copy_context(source, target):
    ignored = Ignored((source / ".dockerignore").read_text())

    def left_out(folder, names):
        below = pathlib.Path(folder).relative_to(source)
        return [name for name in names if ignored(str(below / name))]
    shutil.copytree(source, target, ignore=left_out, symlinks=True, dirs_exist_ok=True)


class Roots:
    def __init__(self, source, folder):
        self.script = str(source / "tests/package/root.sh")
        self.folder = folder
        self.made = {}

    def make(self, name):
        root = self.folder / f"stage-{name}"
        made = subprocess.run([self.script, "make", str(root)], stdout=subprocess.PIPE, text=True, check=False)
        print(made.stdout, end="")
        if made.returncode != 0:
            sys.exit(made.returncode)
        self.made[name] = root
        return root

    def run(self, name, state, command, binds=()):
        options = [part for source, target in binds for part in ("--bind", str(source), target)]
        variables = [f"{key}={value}" for key, value in state.environment.items()]
        return subprocess.run([self.script, "run", str(self.made[name]), *options, "--user", state.user, "--directory",
                               state.directory, "env", *variables, *command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", check=False)

    def remove(self):
        for root in self.made.values():
            subprocess.run([self.script, "remove", str(root)], check=True)


def run_step(roots, stage, state, line, rest):
    """RUN, with its bind mounts from other stages."""
    binds = []
    while mount := re.match(r"--mount=type=bind,from=([\w-]+),source=([^,\s]+),target=([^,\s]+) ", rest):
        binds.append((roots.made[mount[1]] / mount[2].lstrip("/"), mount[3]))
        rest = rest[mount.end():]
    if rest.startswith(("--", "[")):
        fail(f"line {line}: RUN {rest.split()[0]} is more than this test understands")
    ran = roots.run(stage.name, state, ["sh", "-c", rest], binds)
    if ran.returncode != 0:
        fail(f"line {line}: exit code {ran.returncode}: {rest}\n{ran.stdout[-6000:]}")


def copy_step(roots, source, root, state, line, rest):
    """COPY . . of the context, or COPY --from=STAGE PATH PATH."""
    copied = re.fullmatch(r"(?:--from=([\w-]+) )?(\S+) (\S+)", rest)
    if not copied or (not copied[1] and copied[2] != "."):
        fail(f"line {line}: COPY {rest} is more than this test understands")
    target = root / os.path.join(state.directory, copied[3]).lstrip("/")
    if not copied[1]:
        copy_context(source, target)
        return
    origin = roots.made[copied[1]] / copied[2].lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if origin.is_dir():
        shutil.copytree(origin, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy(origin, target)


def run_stage(roots, source, stage, not_run):
    root, state = roots.make(stage.name), State()
    for line, word, rest in stage.instructions:
        print(f"dockerfile_test: {stage.name}: {word} {rest[:90]}", flush=True)
        if word == "RUN":
            run_step(roots, stage, state, line, rest)
        elif word == "COPY":
            copy_step(roots, source, root, state, line, rest)
        elif word == "WORKDIR":
            state.directory = os.path.join(state.directory, rest)
            (root / state.directory.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            state.user = rest
        elif word == "ENV":
            key, _, value = rest.partition("=")
            state.environment[key] = value
        elif word == "ENTRYPOINT":
            state.entrypoint = json.loads(rest)
        elif word == "CMD":
            state.command = json.loads(rest)
        elif word == "VOLUME":
            not_run.append(f"line {line}: VOLUME {rest}")
            if not (root / rest.lstrip("/")).is_dir():
                fail(f"line {line}: the volume {rest} is no folder of the image")
        else:
            fail(f"line {line}: {word} is an instruction that this test does not know")
    return state


def try_image(roots, source, name, state):
    """The image as a person runs it: with a folder of photos for its working directory, as its own user."""
    if state.user == "root":
        fail("the image runs as root")
    size = subprocess.run(["du", "-sm", "--apparent-size", "--one-file-system", str(roots.made[name])],
                          capture_output=True, text=True, check=True).stdout.split()[0]
    shown = roots.run(name, state, [*state.entrypoint, *state.command])
    if shown.returncode != 0 or "Examples:" not in shown.stdout:
        fail(f"the image alone does not print the help: {shown.stdout}")
    with tempfile.TemporaryDirectory() as temporary:
        photos = pathlib.Path(temporary)
        photos.chmod(0o777)
        shutil.copy(source / "docs/cat.png", photos / "photo.png")
        ran = roots.run(name, state, [*state.entrypoint, "photo.png"], [(photos, state.directory)])
        result = photos / "photo.colour.png"
        if ran.returncode != 0 or not result.is_file() or result.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
            fail(f"the image does not colour a photo: {ran.stdout}")
        if result.stat().st_uid == 0:
            fail("the image writes as root")
    models = roots.run(name, state, [*state.entrypoint, "models"]).stdout
    folder = re.search(r"installed ones lie in (\S+);", models)
    if not folder or roots.run(name, state, ["touch", f"{folder[1]}/mine"]).returncode != 0:
        fail(f"the image's user cannot write where models lie: {models}")
    print(f"dockerfile_test: the image takes {size} MB as du counts it, Debian included")


def main():
    source, folder = (pathlib.Path(given).resolve() for given in sys.argv[1:3])
    stages = stages_of((source / "Dockerfile").read_text())
    if stages[-1].base != BASE:
        fail(f"the last stage, which is built where none is named, is not {BASE}")
    roots, not_run, state = Roots(source, folder), [], None
    try:
        for stage in stages:
            if stage.base == BASE:
                state = run_stage(roots, source, stage, not_run)
            else:
                not_run += [f"line {line}: {word} {rest[:60]} (stage {stage.name} on {stage.base})"
                            for line, word, rest in stage.instructions]
        try_image(roots, source, stages[-1].name, state)
    finally:
        roots.remove()
    print("dockerfile_test: these instructions were not run:")
    for instruction in not_run:
        print(f"  {instruction}")


if __name__ == "__main__":
    main()
