"""The program's own words, which the pages, the manual page and the completion are compared with."""
import re
import subprocess
import sys

SKIPPED = 77  # ctest's SKIP_RETURN_CODE of these tests


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def help_of(program, command):
    return subprocess.run([program, *command.split(), "--help"], capture_output=True, text=True, check=True).stdout


def options_in(text):
    """All names of options, short ones too, that a help lists."""
    rows = re.findall(r"^  (-[\w,-]+)", text, re.MULTILINE)
    return {name for row in rows for name in row.split(",")}


def positionals_in(text):
    listed = re.search(r"^Positionals:\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^  ([A-Z]+)\b", listed[1], re.MULTILINE)) if listed else set()


def commands_in(text):
    listed = re.search(r"^Commands:\n(.*?)\n\n", text, re.MULTILINE | re.DOTALL)
    return re.findall(r"^  (\w+) ", listed[1], re.MULTILINE) if listed else []


def all_helps(program):
    """The help of each command, by its name; the program's own is under the empty name."""
    helps, waiting = {}, [""]
    while waiting:
        command = waiting.pop()
        helps[command] = help_of(program, command)
        waiting += [f"{command} {name}".strip() for name in commands_in(helps[command])]
    options = sum(len(options_in(text)) for text in helps.values())
    if len(helps) < 8 or options < 60:
        sys.exit(f"only {len(helps)} commands and {options} options were found: --help is not read as it is written")
    return helps


def choices_of(program, *arguments):
    """What the message about a wrong value says that it could be; the value is the last argument."""
    refused = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    listed = re.search(rf"{re.escape(arguments[-1])} not in {{(.*?)}}", refused.stdout + refused.stderr)
    if refused.returncode != 2 or not listed:
        sys.exit(f"colourize {' '.join(arguments)} does not list the choices: {refused.stderr}")
    return set(listed[1].split(","))


def report(faults, looked_at):
    for fault in faults:
        print(fault)
    print(f"{looked_at}, {len(faults)} faults")
    return 1 if faults else 0
