"""Whether the manual page is sound roff, and has all that --help has.

    python3 page_test.py PROGRAM PAGE        exit code 1 and a line for each fault; 77 where groff or mandoc is missing
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import program_help  # noqa: E402

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "EXAMPLES", "EXIT STATUS", "FILES", "ENVIRONMENT"]


def faults_of_roff(page):
    """Whatever the two formatters say of the page."""
    for command in (["groff", "-man", "-ww", "-rCHECKSTYLE=3", "-z", "-Tutf8", page],
                    ["mandoc", "-T", "lint", "-W", "warning", page]):
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        for line in (said.stdout + said.stderr).splitlines():
            yield f"{command[0]}: {line}"
        if said.returncode != 0:
            yield f"{command[0]}: exit code {said.returncode}"


def sections_of(text):
    """The text of each section and subsection of the page as it is read, by its heading."""
    sections, heading = {}, ""
    for line in text.split("\n"):
        if re.match(r" {0,3}\S", line):
            heading = line.strip()
        sections[heading] = sections.get(heading, "") + line + "\n"
    return sections


def titles_in(text):
    """Options and positionals that an entry begins with, so that one named in a sentence alone does not count."""
    titles = [line.strip() for line in text.split("\n") if re.match(r" {5,7}\S", line)]
    return {name.rstrip(",") for title in titles for name in title.split()}


def words(text):
    return " ".join(text.split())


def main():
    program, page = (str(pathlib.Path(given).resolve()) for given in sys.argv[1:3])
    for tool in ("groff", "mandoc"):
        if not shutil.which(tool):
            program_help.skip(f"{tool} is not installed; it is a Debian package, and ./do test installs it")
    faults = list(faults_of_roff(page))
    read = subprocess.run(["mandoc", "-T", "ascii", "-O", "width=200", page], capture_output=True, text=True,
                          check=True, env=dict(os.environ, LC_ALL="C")).stdout
    text = re.sub(".\b", "", read)
    sections = sections_of(text)
    if [heading for heading in sections if heading in SECTIONS] != SECTIONS:
        faults.append(f"the page's sections are {list(sections)}")
    # What stands under the headings of the help belongs to the program itself.
    headings = re.findall(r"^([A-Z]\w+):$", program_help.help_of(program, ""), re.MULTILINE)
    count = 0
    for command, shown in program_help.all_helps(program).items():
        own = sections.get(f"colourize {command}", "") if command else "".join(
            sections.get(heading, "") for heading in ["OPTIONS", *headings])
        wanted = program_help.options_in(shown) | program_help.positionals_in(shown)
        count += len(wanted)
        for name in sorted(wanted - titles_in(own)):
            faults.append(f"the page does not have {name} of colourize {command}")
        for example in re.findall(r"^  (colourize \S+.*?)(?:  |$)", shown, re.MULTILINE):
            if example not in words(sections.get("EXAMPLES", "")):
                faults.append(f"the page does not have the example {example}")
        for code in re.findall(r"(\d) [a-z]", shown.splitlines()[-1]):
            if code not in titles_in(sections.get("EXIT STATUS", "")):
                faults.append(f"the page does not have the exit code {code}")
    for wrong in ("--codec", "--precision", "--preset"):
        for choice in program_help.choices_of(program, "film.mkv", wrong, "?"):
            if not re.search(rf"\b{choice}\b", text):
                faults.append(f"the page does not have {choice} of {wrong}")
    return program_help.report(faults, f"{count} options and arguments of --help compared with the page")


if __name__ == "__main__":
    sys.exit(main())
