"""Finds turns of phrase that docs/style.md rules out, in comments, messages and pages.

usage: words.py ROOT [FILE...]    FILE is relative to ROOT; without any, all files that git tracks.

Prints `file:line: "found": what to write instead` for each, and exits with 1 when there is one. It
knows a few patterns that are nearly always wrong; it cannot tell that a text is good.
"""

import re
import sys
from pathlib import Path

from check import tracked_files

# Pages that quote what not to write, or what was written once.
QUOTING = ("CHANGELOG.md", "docs/style.md")
CHECKED = r"(README|CONTRIBUTING)\.md|docs/.*\.md|(cli|include|src)/.*\.([ch]pp|py|mjs|sh)"

START = r"(?:^|(?<=[.:;!?] ))"
# (pattern, what to write instead). words_test.py has a sentence for each.
PATTERNS = [
    (START + r"What\b(?![^.!]*\?)", "begin with the subject, such as `The ...`"),
    (START + r"(?:Neither|Nor)\b", "put the subject first: `A and B do not ...`"),
    (START + r"(?:Has|Have) (?:a|an|the|git|\w+s) (?:\w+ )?(?:ask|find|hear|know|make|merge|run)\b",
     "name the action: `Runs ...`"),
    (r"\b[Ww]ho(?:m)?ever\b", "name the one who acts: `a reader`, `the caller`"),
    (r"\bnothing more\b", "say what does not happen"),
    (r"\bso many\b(?! that\b| \w+ that\b)", "write `this number of`, `a limited number of`, `N`"),
    (r"\bfor so long\b(?! that\b| as\b)", "write `this time`"),
    (r"\b(?:other|others|stand|stands) beside\b", "write `at the same time`, `next to`"),
    (r"\bstands? (?:before|behind|below|in front of|there)\b", "write `is before`, `is after`"),
    (r"\b(?:lie|lies|laid|lays) (?:below|beside|in|into|over|there)\b",
     "write `is in`, `write into`"),
    (r"\bthat which\b", "name the thing"),
    (r"\bnone of (?:her|his|its|our|their) (?:business|concern)\b", "say what it does not do"),
    (r"\b(?:had|has|have|that|which|who) died\b", "write `crashed`, `ended` or `was killed`"),
    (r"\bin case of need\b", "write `if necessary`"),
    (r"\bas (?:it stands|they stand)\b", "write `unchanged`"),
    (r"(?<![Tt]here )\b(?:are|is|was|were) no (?!(?:less|longer|more|need|one|other)\b)(?=\w)",
     "write `is not a ...`, `has no ...`"),
    (r"\bcom(?:e|es|ing) to (?:an|its|their) (?:own )?end\b", "write `ends`"),
    (r"\bbeats? (?:all|it|its|the|them)\b", "write `overrides`, `is faster than`"),
    (r"\bheed(?:ed|s)?\b", "write `follow`, `use`"),
    (r"\b(?:told|tell|tells|warn|warned|warns) of\b", "write `report`, `warn about`"),
    (r"\bin the midst of\b", "write `during`, `inside`"),
    (r"\ban? (?:block|event|id|lane|line|list|process|record|row) an? (?:group|line|run|test)\b",
     "write `one ... per ...`"),
]


def prose_of_page(lines):
    """Yields (line number, text) of a page's paragraphs and cells, without headings and code."""
    in_code = False
    for number, line in enumerate(lines, 1):
        in_code ^= line.lstrip().startswith("```")
        if in_code or line.startswith(("#", "```")):
            continue
        for cell in line.split("|") if line.startswith("|") else [line]:
            yield number, re.sub(r"^\s*(?:[-*>]+ |\d+\. )?(?:\*\*)?", "", cell)


def prose_of_code(lines):
    """Yields (line number, text) of comments and literals. The lines of a comment are one text."""
    text, begin = "", 0
    for number, line in enumerate([*lines, ""], 1):
        whole = re.match(r"\s*(?://+|#)(?!!)(?: ?(\s*(?:-|\d+\.) )?(.*))$", line)
        if whole and text and whole[2] and not whole[1]:
            text += "\n" + whole[2]
            continue
        if text:
            yield begin, text
        text, begin = (whole[2], number) if whole else ("", 0)
        if not whole:
            code = re.sub(r'"(?:[^"\\]|\\.)*"', '""', line)
            if comment := re.search(r"\s(?://+<?|#) (.*)", code):
                yield number, comment[1]
            for literal in re.findall(r'"((?:[^"\\]|\\.)+)"|"""(\w.*)', line):
                yield number, literal[0] or literal[1]


def findings(name, text):
    """Yields (line number, what was found, what to write instead) for one file."""
    prose = prose_of_page if name.endswith(".md") else prose_of_code
    for number, part in prose(text.splitlines()):
        flat = part.replace("\n", " ")
        for pattern, instead in PATTERNS:
            for found in re.finditer(pattern, flat):
                yield number + part.count("\n", 0, found.start()), found[0], instead


def is_checked(name):
    return re.fullmatch(CHECKED, name) and name not in QUOTING


def main(root, names):
    names = [name for name in names or tracked_files(root) if is_checked(name)]
    found = 0
    for name in names:
        if not (Path(root) / name).is_file():  # deleted, and not yet committed
            continue
        text = (Path(root) / name).read_text(encoding="utf-8", errors="replace")
        for line, phrase, instead in findings(name, text):
            print(f'{name}:{line}: "{phrase}": {instead}')
            found += 1
    print(f"{len(names)} files, {found} phrases")
    return 1 if found or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
