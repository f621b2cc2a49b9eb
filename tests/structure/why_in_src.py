"""Says why each file of src/ is there, and not with the pure code in include/.

usage: why_in_src.py ROOT

A file of src/ makes system calls, is part of the one place of a heavy library, holds an embedded
script, or is made of such parts. Prints a line for each file; exits with 1 when one has no reason,
or when src/ has grown beyond what a small layer is.
"""

import re
import sys
from pathlib import Path

MOST_LINES = 12_000
POSIX = r"sys/\w+|unistd|fcntl|signal|poll|spawn|dirent|pwd|termios"
STANDARD = "fstream|iostream|thread|condition_variable|random|csignal|future"
LIBRARIES = {"git2": "libgit2", "toml": "toml++", "nlohmann": "nlohmann/json", "tinyxml2": "tinyxml2",
             "re2": "RE2", "zlib": "zlib", "iconv": "iconv"}
CALLS = (r"\bfs::(?!path\b|filesystem_error\b|file_type\b|perms\b|file_status\b)\w+(?=[({])"
         r"|\b\w+_clock::now\(|\bstd::getenv\(|(?<!\w)::(?:open|read|write|close|stat|kill)\(")


def includes(text):
    return re.findall(r'#\s*include\s*(<[^>]+>|"[^"]+")', text)


def library(header):
    return LIBRARIES.get(re.match(r"\w+", header[1:])[0])


def reasons(path):
    """Why this file of src/ is there; the headers beside it count with what they include."""
    text = path.read_text()
    why = []
    for header in includes(text):
        name = header[1:-1]
        if library(header):
            why.append(library(header))
        elif re.fullmatch(f"(?:{POSIX})\\.h|{STANDARD}", name):
            why.append(f"<{name}>")
        elif header[0] == '"' and (path.parent / name).is_file():
            why += [f"{name}: {reason}" for reason in reasons(path.parent / name)[:1]]
        elif re.match("offload/(process/|history/file)", name) and Path(name).stem != path.stem:
            why.append(name)
    if "embedded::" in text:
        why.append("an embedded script")
    if call := re.search(CALLS, text):
        why.append(call[0].rstrip("("))
    return list(dict.fromkeys(why))


def lines_of(folder):
    files = [file for file in folder.rglob("*") if file.suffix in (".cpp", ".hpp")]
    return sum(len(file.read_text().splitlines()) for file in files)


def main(root):
    unexplained = 0
    for path in sorted((root / "src").rglob("*.cpp")):
        why = reasons(path)
        unexplained += not why
        print(f"{path.relative_to(root)}: {', '.join(why[:4]) or 'PURE: it belongs in include/'}")
    lines, public = lines_of(root / "src"), lines_of(root / "include")
    print(f"{unexplained} without a reason; {lines} lines in src, {public} in include")
    return 1 if unexplained or lines > min(MOST_LINES, public) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
