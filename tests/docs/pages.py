"""The Markdown pages of the repository, as their tests read them."""
import dataclasses
import os
import pathlib
import re

# Pages whose shell blocks are run: for people who have something to colour.
RUN = ["README.md", "docs/install.md", "docs/cli.md", "docs/photos.md", "docs/films.md", "docs/provenance.md", "docs/models.md",
       "docs/gpu.md"]


@dataclasses.dataclass
class Command:
    page: str
    line: int  # of its first line, from 1
    text: str
    skipped: str  # the reason; empty: it is to be run


def all_pages(root: pathlib.Path) -> list[pathlib.Path]:
    """Every .md file of the source tree; builds and hidden folders are passed over."""
    pages = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != "build" and not name.startswith(".")]
        pages += [pathlib.Path(folder, name) for name in files if name.endswith(".md")]
    return sorted(pages)


def prose(text: str) -> str:
    """The text with its code blocks and inline code made blank, its lines where they were."""
    lines, fenced = [], False
    for line in text.split("\n"):
        fence = line.lstrip().startswith("```")
        indented_code = line.startswith("    ") and not line.lstrip().startswith(("-", "*", "|"))
        lines.append("" if fenced or fence or indented_code else re.sub(r"`[^`]*`", "", line))
        fenced ^= fence
    return "\n".join(lines)


def line_of(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def links(text: str) -> list[tuple[int, str]]:
    """(line, target) of each link and picture."""
    found = prose(text)
    return [(line_of(found, match.start()), match[1]) for match in re.finditer(r"\]\(([^)\s]+)\)", found)]


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them; a heading that comes again gets a number."""
    result: set[str] = set()
    fenced = False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        heading = re.match(r"#+\s+(.*)", line)
        if fenced or not heading:
            continue
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower().strip()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        again = slug
        for number in range(1, 100):
            if again not in result:
                break
            again = f"{slug}-{number}"
        result.add(again)
    return result


def commands(page: str, text: str) -> list[Command]:
    """The commands of the blocks marked ```sh. A comment <!-- skip: REASON --> right above a block skips all of it."""
    found: list[Command] = []
    lines = text.split("\n")
    reason, inside, parts, first = "", False, [], 0
    for number, line in enumerate(lines, start=1):
        if not inside:
            if line == "```sh":
                above = re.fullmatch(r"<!-- skip: (.*\S) -->", lines[number - 2]) if number > 1 else None
                inside, reason = True, above[1] if above else ""
            continue
        if line.startswith("```"):
            inside = False
            continue
        if not parts:
            first = number
        parts.append(line)
        if line.endswith("\\"):
            continue
        command = "\n".join(parts)
        parts = []
        if command.strip() and not command.lstrip().startswith("#"):
            found.append(Command(page, first, command, reason))
    return found


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level; empty where there is none of that name."""
    match = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return match[1] if match else ""
