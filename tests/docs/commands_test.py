"""Whether the pages say what the program does: their shell blocks are run, and docs/cli.md has every option.

    python3 commands_test.py ROOT PROGRAM        exit code 1 and some lines for each fault

Each page gets a folder with small pictures and films, made here, in which its commands run one after another. There
./do knows one verb, colourize, and runs the program at hand. A command that promises "writes NAME" must write it.
"""
import collections
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

import pages

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import program_help  # noqa: E402

SECONDS = 300  # for a command
LIST_OF_OPTIONS = "docs/cli.md"
SHARED = "Options of several commands"


def run(command, folder, environment=None):
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", command], cwd=folder, env=environment, timeout=SECONDS,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          errors="replace", check=False)


def write_tensor(path, name, shape):
    """A .safetensors file (huggingface/safetensors, "Format") with one tensor of zeros, float32."""
    size = 4
    for extent in shape:
        size *= extent
    header = json.dumps({name: {"dtype": "F32", "shape": shape, "data_offsets": [0, size]}}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(size))


def make_inputs(root, program, folder):
    """What the pages' commands take: photos, a folder of them, a torn file, films, a tensor, originals and results."""
    def ffmpeg(arguments):
        made = run(f"ffmpeg -v error -y {arguments}", folder)
        if made.returncode != 0:
            sys.exit(f"the inputs could not be made: {made.stdout}")

    for name in ("scans/roll1", "originals", "results", "bin"):
        (folder / name).mkdir(parents=True)
    shutil.copy(root / "docs/cat.png", folder / "photo.png")
    ffmpeg(f"-i '{root}/docs/astronaut.png' photo.jpg")
    torn = (folder / "photo.jpg").read_bytes()
    (folder / "torn.jpg").write_bytes(torn[:len(torn) * 2 // 3])
    for copy in ("scans/one.jpg", "scans/roll1/two.jpg", "originals/one.jpg"):
        shutil.copy(folder / "photo.jpg", folder / copy)
    ffmpeg("-f lavfi -i 'testsrc2=size=160x120:rate=24:duration=2.5,format=gray,format=yuv420p' "
           "-f lavfi -i sine=duration=2.5 -c:v libx264 -c:a aac film.mkv")
    ffmpeg("-i film.mkv -c copy film.mp4")
    write_tensor(folder / "in.safetensors", "input", [1, 1, 64, 64])
    (folder / "bin/colourize").symlink_to(program)
    stub = folder / "do"
    stub.write_text('#!/bin/sh\n[ "$1" = colourize ] || { echo "here ./do knows colourize only"; exit 3; }\nshift\n'
                    f'exec "{program}" "$@"\n')
    stub.chmod(0o755)
    made = run("bin/colourize originals/one.jpg -o results/one.jpg --quiet", folder)
    if made.returncode != 0:
        sys.exit(f"the program does not colour: {made.stdout}")


def faults_of_page(root, program, name, skipped):
    text = (root / name).read_text()
    commands = pages.commands(name, text)
    if not commands and name == "README.md":
        yield name, 1, "has no shell block: none is marked ```sh"
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        if any(not command.skipped for command in commands):
            make_inputs(root, program, folder)
        environment = dict(os.environ, HOME=temporary, XDG_DATA_HOME=f"{temporary}/data",
                           PATH=f"{temporary}/bin:{os.environ['PATH']}")
        for command in commands:
            if command.skipped:
                skipped[command.skipped] += 1
                continue
            outcome = run(command.text, folder, environment)
            if outcome.returncode != 0:
                yield name, command.line, f"exit code {outcome.returncode}: {command.text}\n{outcome.stdout}"
                continue
            for promised in re.findall(r"#.*\bwrites ([\w./-]+\.\w+)", command.text):
                if not (folder / promised).is_file() or (folder / promised).stat().st_size == 0:
                    yield name, command.line, f"did not write {promised}: {command.text}"
            skipped[""] += 1


def names_in(text):
    return set(re.findall(r"--[\w-]+|\b[A-Z]+\b", text))


def rows_of(section):
    """What stands in the first column of a section's tables."""
    return names_in(" ".join(re.findall(r"^\| (.*?) \|", section, re.MULTILINE)))


def described(section, shared):
    """What a section describes: in its tables, as what its command also takes, or as what several commands take."""
    sentences = " ".join(re.findall(r"^(It (?:also )?takes .*)", section, re.MULTILINE))
    all_shared = "the options of several commands" in sentences
    return rows_of(section) | names_in(sentences) | (shared if all_shared else set()) | {"--help"}


def faults_of_options(root, program):
    text = (root / LIST_OF_OPTIONS).read_text()
    shared = rows_of(pages.section(text, SHARED))
    somewhere, count = set(), 0
    for command, shown in program_help.all_helps(program).items():
        known = {name for name in program_help.options_in(shown) if name.startswith("--")}
        known |= program_help.positionals_in(shown)
        somewhere |= known
        count += len(known)
        heading = f"colourize {command}".strip()
        own = pages.section(text, heading)
        if not own:
            yield LIST_OF_OPTIONS, 1, f"has no heading ## {heading}"
        for option in sorted(known - described(own, shared)):
            yield LIST_OF_OPTIONS, 1, f"does not have {option}, which {heading} --help lists"
        for option in sorted(rows_of(own) - known):
            if option.startswith("--"):
                yield LIST_OF_OPTIONS, 1, f"has {option} under {heading}, whose --help does not list it"
    for option in sorted(shared - somewhere):
        if option.startswith("--"):
            yield LIST_OF_OPTIONS, 1, f"has {option}, which no --help lists"
    if count < 40:
        yield LIST_OF_OPTIONS, 1, f"only {count} options were found: --help is not read as it is written"
    print(f"{count} options and arguments of --help compared with {LIST_OF_OPTIONS}")


def main():
    root, program = pathlib.Path(sys.argv[1]).resolve(), str(pathlib.Path(sys.argv[2]).resolve())
    counts = collections.Counter()
    faults = list(faults_of_options(root, program))
    for name in pages.RUN:
        faults += faults_of_page(root, program, name, counts)
    ran = counts.pop("", 0)
    print(f"{ran} commands ran, {sum(counts.values())} were skipped:")
    for reason, count in sorted(counts.items()):
        print(f"  {count}: {reason}")
    for page, line, fault in faults:
        print(f"{page}:{line}: {fault}")
    return 1 if faults or ran == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
