"""Holds the documentation against the program that it documents.

usage: docs_test.py ROOT OFFLOAD PRINT_REFERENCE [--update]

Checks in README.md and docs/*.md that
  - the tables of docs/configuration.md are those that PRINT_REFERENCE prints;
  - a ```cpp block below `<!-- code: FILE -->` is that file, which the build compiles, and a ```toml
    block is the configuration that a test runs;
  - each ```toml block that is a whole configuration is valid, without a warning;
  - commands and options in ```console lines `$ offload ...` exist (a test in tests/e2e runs them);
  - the symptoms in docs/troubleshooting.md are messages that stand in the sources;
  - docs/README.md links to each page;
  - links to other files of the project lead somewhere.
With --update the first two are written anew instead of checked.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

root, offload, print_reference = (Path(given).resolve() for given in sys.argv[1:4])
update = sys.argv[4:] == ["--update"]
problems = []

REFERENCE = re.compile(r"(<!-- reference: begin -->\n)(.*?)(<!-- reference: end -->)", re.S)
CODE = re.compile(r"(<!-- code: (\S+) -->\n```(?:cpp|toml)\n)(.*?)(```\n)", re.S)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.S | re.M)
SECTIONS = ("[offload]", "[provider]", "[framework]", "[groups")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(#[^)]*)?\)")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")


def code_of(name):
    """The file without its SPDX lines."""
    lines = (root / name).read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not re.match("// (SPDX|Copyright)", line))


def held(pattern, wanted, page, text, what):
    """Replaces what a page says by what is `wanted`, and complains about the difference."""

    def replaced(match):
        right = match[1] + wanted(match) + match[match.re.groups]
        if right != match[0] and not update:
            problems.append(f"{page.name}: {what(match)} has changed; run the target update_docs")
        return right

    return pattern.sub(replaced, text)


def check_generated(page, text):
    reference = f"\n{run(print_reference).stdout}\n"
    right = held(REFERENCE, lambda _: reference, page, text, lambda _: "the reference of keys")
    right = held(CODE, lambda match: code_of(match[2]), page, right, lambda match: match[2])
    if update and right != text:
        page.write_text(right, encoding="utf-8")
    return len(REFERENCE.findall(text)), len(CODE.findall(text))


def check_configuration(page, line, text):
    if not all(section in text for section in SECTIONS):
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "offload.toml"
        file.write_text(text, encoding="utf-8")
        told = run(offload, "validate", "-c", file)
    if told.returncode != 0 or told.stderr:
        problems.append(f"{page.name}:{line}: not valid: {told.stderr.strip()}")


def check_command(page, line, words):
    """That the command and its options are in the help."""
    command = [word for word in words if re.fullmatch("[a-z-]+", word)][:1]
    if command and command[0].startswith("-"):
        command = []
    told = run(offload, *command, "--help")
    known = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", run(offload, "--help").stdout))
    known.update(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", told.stdout))
    unknown = [word for word in words if re.match("--?[A-Za-z]", word) and word.split("=")[0] not in known]
    if told.returncode != 0 or unknown:
        problems.append(f"{page.name}:{line}: `{' '.join(words)}`: unknown {unknown or command}")


def check_blocks(page, text):
    checked = 0
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start()) + 1
        if block[1] == "toml":
            check_configuration(page, line, block[2])
            checked += 1
        elif block[1] == "console":
            for command in re.findall(r"^\$ offload (.*?)(?: *(?:\||&&|#).*)?$", block[2], re.M):
                check_command(page, line, command.split())
                checked += 1
    return checked


def check_links(page, text):
    for link in LINK.finditer(re.sub(r"```.*?```", "", text, flags=re.S)):
        if not (page.parent / link[1]).exists():
            problems.append(f"{page.name}: the link {link[1]} leads nowhere")


def sources():
    """All that the sources may print: adjacent literals of C++ and Python are one."""
    texts = []
    for folder in ("cli", "include", "src"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".cpp", ".hpp", ".py", ".mjs", ".sh"):
                texts.append(file.read_text(encoding="utf-8"))
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(texts))


# What other programs say, and commands.
FOREIGN = {"No module named pytest", "kill -9", "Too many open files"}
# Messages that are put together, and of what.
COMPOSED = {
    "pytest --collect-only failed": ["pytest --collect-only", "{} failed ({}): {}"],
    "the discover_command failed": ["the discover_command", "{} failed ({}): {}"],
    "the runner ended with signal 9 (SIGKILL) while running this test": [
        "the runner ended with {} {}", "while running this test"],
    "the runner ended with ...": ["the runner ended with {} {}"],
}


def check_symptoms():
    """Every message in the first column is made of words of the sources."""
    page = root / "docs" / "troubleshooting.md"
    known = sources()
    found = 0
    for line in page.read_text(encoding="utf-8").splitlines():
        for quoted in re.findall(r"`([^`]+)`", line.split("|")[1] if line.startswith("|") else ""):
            found += 1
            # Numbers and names are filled in.
            parts = COMPOSED.get(quoted) or re.split(r"\.\.\.|\d+", quoted)
            unknown = [part for part in parts if part.strip() not in known]
            if unknown and quoted not in FOREIGN:
                problems.append(f"{page.name}: `{quoted}`: no source says {unknown}")
    if found < 15:
        problems.append(f"{page.name}: where are the symptoms?")


def check_index():
    index = (root / "docs" / "README.md").read_text(encoding="utf-8")
    for page in sorted((root / "docs").glob("*.md")):
        if page.name != "README.md" and f"]({page.name}" not in index:
            problems.append(f"docs/README.md does not link to {page.name}")


checked, references, codes = 0, 0, 0
for page in [root / "README.md", *sorted((root / "docs").glob("*.md"))]:
    text = page.read_text(encoding="utf-8")
    found = check_generated(page, text)
    references, codes = references + found[0], codes + found[1]
    checked += check_blocks(page, text)
    check_links(page, text)
check_symptoms()
check_index()
if not (checked and references == 1 and codes):
    problems.append("there is nothing to check where there should be")
print("\n".join([*problems, f"{checked} blocks and commands checked"]))
sys.exit(1 if problems else 0)
