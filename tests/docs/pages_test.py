"""Whether the pages are whole: links, files that they name, verbs of ./do, words, the README's length.

    python3 pages_test.py ROOT        exit code 1 and a line for each fault
"""
import pathlib
import re
import subprocess
import sys

import pages

MOST_README_LINES = 120
FOLDERS = "apps|bench|cmake|converter|docs|download|engine|film|kernels|system|tests|weights"
# Files of a made-up operation, generator or format that CONTRIBUTING.md explains.
MADE_UP = re.compile(r"NAME|vivid|DATE")
# What the glossary of CONTRIBUTING.md replaces, where no other meaning is possible.
PRIVATE_WORDS = re.compile(r"\b(anew|gone on with|goes on with|go on with|taken down|which is said)\b", re.IGNORECASE)
GLOSSARY = "## Words"


def faults_of_links(root, page, text):
    for line, target in pages.links(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if not path.is_relative_to(root) or not path.exists():
            yield line, f"the link {target} leads to no file of the repository"
        elif anchor and (path.suffix != ".md" or anchor not in pages.anchors(path.read_text())):
            yield line, f"the link {target} leads to no heading of that page"


def faults_of_paths(root, page, text):
    """Files of the source tree that stand between backticks, from the root or from the page's folder."""
    for match in re.finditer(r"`((?:" + FOLDERS + r")/[\w./*-]+)`", text):
        name = match[1]
        if MADE_UP.search(name):
            continue
        if not any(list(place.glob(name.rstrip("/"))) for place in (root, page.parent)):
            yield pages.line_of(text, match.start()), f"there is no {name}"


def faults_of_verbs(text, verbs):
    for match in re.finditer(r"\./do +([a-z-]+)(?: +([a-z]+\b))?", text):
        verb, part = match[1], match[2]
        if verb not in verbs and verb != "help":
            yield pages.line_of(text, match.start()), f"./do has no verb {verb}"
        if verb == "test" and part and part not in verbs["test"]:
            yield pages.line_of(text, match.start()), f"./do test has no part {part}"


def faults_of_fences(text):
    """A block of a page whose commands are run has a language: where one is missing, nobody would run it."""
    inside = False
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("```"):
            inside = not inside
            if inside and line == "```":
                yield number, "a block without a language: mark commands as sh, indent what is no command"


def faults_of_words(text):
    for match in PRIVATE_WORDS.finditer(pages.prose(text.split(GLOSSARY)[0])):
        yield pages.line_of(text, match.start()), f'"{match[0]}": the glossary of CONTRIBUTING.md has another word'


def verbs_of(root):
    """The verbs that ./do help lists, and of each the words that may follow it."""
    usage = subprocess.run(["bash", str(root / "do"), "help"], capture_output=True, text=True, check=True).stdout
    verbs = {}
    for line in usage.split("\n"):
        listed = re.match(r"  ([a-z-]+)((?: [a-z-]+| \[?[A-Z]+\]?)*)  ", line)
        if listed:
            verbs.setdefault(listed[1], set()).update(listed[2].split())
    parts = re.search(r"test NAME +one of the parts: ([a-z, ]+)", usage)
    verbs["test"].update(re.split(r", *", parts[1]))
    return verbs


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    verbs = verbs_of(root)
    count = faults = 0
    for page in pages.all_pages(root):
        text = page.read_text()
        found = [*faults_of_links(root, page, text), *faults_of_paths(root, page, text), *faults_of_verbs(text, verbs),
                 *faults_of_words(text)]
        if str(page.relative_to(root)) in pages.RUN:
            found += faults_of_fences(text)
        count += len(pages.links(text))
        for line, fault in found:
            print(f"{page.relative_to(root)}:{line}: {fault}")
        faults += len(found)
    length = len((root / "README.md").read_text().splitlines())
    if length > MOST_README_LINES:
        print(f"README.md: has {length} lines, more than {MOST_README_LINES}: move something to a page of docs/")
        faults += 1
    if count < 20:
        print(f"only {count} links were found: the pages are not read as they are written")
        faults += 1
    print(f"{len(pages.all_pages(root))} pages, {count} links, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
