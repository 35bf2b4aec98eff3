"""Whether bash completes what the program takes.

    python3 completion_test.py PROGRAM COMPLETION        exit code 1 and a line for each fault
"""
import os
import pathlib
import pty
import select
import shlex
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import program_help  # noqa: E402

SECONDS = 20  # for a key to show what it does


def completed(completion, folder, typed):
    """What bash is given to complete the last of the typed words with; the words as it splits them."""
    words = " ".join(shlex.quote(word) for word in ["colourize", *typed])
    script = (f"source {shlex.quote(completion)}; COMP_WORDS=({words}); COMP_CWORD={len(typed)}\n"
              f"_colourize colourize {shlex.quote(typed[-1])} ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"")
    environment = dict(os.environ, PATH=f"{folder}/bin:{os.environ['PATH']}", XDG_DATA_HOME=f"{folder}/data")
    said = subprocess.run(["bash", "--norc", "-u", "-c", script], cwd=folder, env=environment, capture_output=True,
                          text=True, check=False)
    if said.stderr:
        sys.exit(f"the completion says: {said.stderr}")
    return set(said.stdout.split())


def shown_after_tab(completion, folder, typed):
    """What a terminal shows once `typed` and TAB were pressed, until nothing more comes."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"],
                   dict(os.environ, PS1="ready>", TERM="dumb", PATH=f"{folder}/bin:{os.environ['PATH']}"))
    text, sent, until = b"", 0, time.monotonic() + SECONDS
    keys = [f"source {shlex.quote(completion)}\n".encode(), typed.encode() + b"\t"]
    while time.monotonic() < until:
        if select.select([terminal], [], [], 1)[0]:
            text += os.read(terminal, 4096)
        elif sent == len(keys):
            break
        if sent < len(keys) and text.count(b"ready>") > sent:
            os.write(terminal, keys[sent])
            sent += 1
    os.close(terminal)
    os.waitpid(child, 0)
    # A bell says that nothing fits.
    return text.decode(errors="replace").split("ready>")[-1].strip(" \r\n\a")


def main():
    program, completion = (str(pathlib.Path(given).resolve()) for given in sys.argv[1:3])
    faults, count = [], 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        models = folder / "data/colourize/models"
        for name in ("bin", "data/colourize/models", "folder"):
            (folder / name).mkdir(parents=True)
        (folder / "bin/colourize").symlink_to(program)
        (folder / "photo 1.jpg").touch()
        (folder / "weights.safetensors").touch()
        (folder / "folk.jpg").touch()
        for name in ("mine", "video", "ddcolor-artistic"):
            (models / f"{name}.safetensors").touch()
        # Names that bash would expand, were they put in a list of words.
        for trap in ("$(touch sprung)", "`touch sprung`", "a;touch sprung"):
            (models / f"{trap}.safetensors").touch()

        def expect(typed, wanted):
            nonlocal count
            count += 1
            got = completed(completion, folder, typed)
            if got != wanted:
                faults.append(f"colourize {' '.join(typed)}: completed to {sorted(got)}, not {sorted(wanted)}")

        for command, shown in program_help.all_helps(program).items():
            options = program_help.options_in(shown)
            expect([*command.split(), "-"], options)
            for option in options:
                expect([*command.split(), option], {name for name in options if name.startswith(option)})
            expect([*command.split(), ""], set(program_help.commands_in(shown)) | (
                program_help.choices_of(program, "models", "fetch", "?") if command == "models fetch" else set()))
        expect(["--dev"], {"--device"})
        for option in ("--codec", "--precision", "--preset", "--device"):
            choices = program_help.choices_of(program, "film.mkv", option, "?")
            expect([option, ""], choices)
            expect([option, "=", ""], choices)
            expect([option, "="], choices)
            some = min(choices)
            expect(["film.mkv", option, some], {name for name in choices if name.startswith(some)})
        expect(["compare", "photo.jpg", "--against", ""], program_help.choices_of(program, "compare", "p", "--against", "?"))
        expect(["--crf", ""], set())
        expect(["models", "fetch", "--from", ""], set())
        # Only the first word is a command.
        expect(["photo.jpg", "mod"], set())
        expect(["mod"], {"models"})
        expect(["--model", ""], {"lite", "mine", "video", "ddcolor-artistic", "film"})
        if (folder / "sprung").exists():
            faults.append("a model's name was run as a command")

        # readline's part: files where a file may stand, folders alone where a folder must.
        for typed, wanted in (("colourize pho", "colourize photo\\ 1.jpg"),
                              ("colourize --codec f", "colourize --codec ffv1"),
                              ("colourize --model wei", "colourize --model weights.safetensors"),
                              ("colourize --models-dir fol", "colourize --models-dir folder/"),
                              ("colourize --crf pho", "colourize --crf pho")):
            count += 1
            shown = shown_after_tab(completion, folder, typed)
            if shown != wanted:
                faults.append(f"{typed} TAB shows {shown!r}, not {wanted!r}")
    return program_help.report(faults, f"{count} completions tried")


if __name__ == "__main__":
    sys.exit(main())
