# SPDX-License-Identifier: MIT
"""Changes that a patch may have to carry: {name: (tree before, tree after)}."""

import random

from git_trees import Exec, Link

LINES = b"".join(b"line %d\n" % i for i in range(1, 41))
MANY = b"".join(b"this is line number %d of many\n" % i for i in range(1, 3001))
NOISE = random.Random(1).randbytes(5000)
ALL_BYTES = bytes(range(256))


def edited(text, *numbers):
    lines = text.splitlines(keepends=True)
    for number in numbers:
        lines[number - 1] = b"changed " + lines[number - 1]
    return b"".join(lines)


def file(before, after):
    return {"f": before}, {"f": after}


def named(name):
    """Edited, made and deleted under a name; the mode; a binary; an empty one."""
    return (
        {name: LINES, name + "-gone": LINES, name + "-mode": LINES, name + "-bin": NOISE},
        {
            name: edited(LINES, 3),
            name + "-new": b"new\n",
            name + "-mode": Exec(LINES),
            name + "-bin": NOISE + b"\0",
            name + "-empty": b"",
        },
    )


NAMES = {
    "space": "a b", "two spaces at its ends": " a ", "tab": "a\tb", "newline": "a\nb",
    "quote": 'a"b', "backslash": "a\\b", "unicode": "grün/naïve ✓", "no utf-8": "a\udcff\udc80b",
    "control": "a\x01\x7fb", "like a prefix": "b/a b/a", "like a header": "x b/x",
    "arrow": "a => b", "glob": "[id]*?", "dash": "-n", "dots": "...", "hidden": ".a/.b",
    "deep": "/".join("abcdefghijklmnop"), "long": "n" * 200, "percent": "%s{}", "git-like": ".gitx",
    "colon": ":(top)a", "cr": "a\rb", "trailing dot": "a.", "null-like": "dev/null",
}

CASES = {
    "edit": file(LINES, edited(LINES, 20)),
    "edit first line": file(LINES, edited(LINES, 1)),
    "edit last line": file(LINES, edited(LINES, 40)),
    "several hunks": file(MANY, edited(MANY, 1, 500, 501, 1500, 3000)),
    "adjacent hunks": file(LINES, edited(LINES, 5, 12, 19)),
    "insert at start": file(LINES, b"top\n" + LINES),
    "append": file(LINES, LINES + b"end\n"),
    "remove first lines": file(LINES, LINES[21:]),
    "remove last lines": file(LINES, LINES[:-16]),
    "rewrite": file(LINES, MANY),
    "one line": file(b"a\n", b"b\n"),
    "lose the last newline": file(b"a\nb\n", b"a\nb"),
    "gain the last newline": file(b"a\nb", b"a\nb\n"),
    "no newline on both sides": file(b"a\nb", b"a\nc"),
    "append to no newline": file(b"a", b"a\nb"),
    "edit far from a missing newline": file(MANY + b"x", edited(MANY, 5) + b"x"),
    "crlf": file(b"a\r\nb\r\n", b"a\r\nc\r\n"),
    "lf to crlf": file(b"a\nb\n", b"a\r\nb\r\n"),
    "mixed ends": file(b"a\r\nb\nc\rd\n", b"a\r\nB\nc\rD\r\n"),
    "lone cr": file(b"a\rb\rc", b"a\rb\rd"),
    "blank lines": file(b"\n\n\na\n\n\n", b"\n\n\nb\n\n\n"),
    "trailing spaces": file(b"a  \n\t\n", b"a\n\t \n"),
    "lines like a patch": file(b"--- a/f\n+++ b/f\n@@ -1 +1 @@\n", b"-- \ndiff --git a/x b/x\n"),
    "latin1": file(b"gr\xfcn\n", b"r\xf6t\n"),
    "no utf-8 at all": file(b"\xff\xfe\n", b"\xfe\xff\n"),
    "long line": file(b"x" * 300000 + b"\n", b"x" * 300000 + b"y\n"),
    "fill an empty file": file(b"", b"a\n"),
    "empty a file": file(b"a\n", b""),
    "only a newline": file(b"", b"\n"),
    "new file": ({"a": b""}, {"a": b"", "f": LINES}),
    "new file without newline": ({}, {"f": b"a"}),
    "new empty file": ({}, {"f": b""}),
    "new executable": ({}, {"f": Exec()}),
    "new empty executable": ({}, {"f": Exec(b"")}),
    "new in new folders": ({}, {"a/b/c/f": b"a\n", "a/b/d/g": b"b\n"}),
    "delete": ({"f": LINES, "g": b""}, {"g": b""}),
    "delete without newline": ({"f": b"a"}, {}),
    "delete empty": ({"f": b"", "g": b"1"}, {"g": b"1"}),
    "delete executable": ({"f": Exec()}, {}),
    "delete the last in a folder": ({"a/b/f": b"a\n", "g": b""}, {"g": b""}),
    "delete one of a folder": ({"a/f": b"a\n", "a/g": b""}, {"a/g": b""}),
    "make executable": file(LINES, Exec(LINES)),
    "make plain": file(Exec(LINES), LINES),
    "mode of an empty file": file(b"", Exec(b"")),
    "mode and contents": file(LINES, Exec(edited(LINES, 4))),
    "mode of a binary": file(ALL_BYTES, Exec(ALL_BYTES)),
    "mode and contents of a binary": file(ALL_BYTES, Exec(ALL_BYTES + NOISE)),
    "new binary": ({}, {"f": ALL_BYTES}),
    "delete binary": ({"f": NOISE}, {}),
    "binary delta": file(NOISE, NOISE[:2000] + b"inserted" + NOISE[2000:]),
    "binary literal": file(NOISE, bytes(reversed(NOISE))),
    "binary shrinks": file(NOISE, NOISE[:10]),
    "binary empties": file(NOISE, b""),
    "binary from empty": file(b"", NOISE),
    "binary becomes text": file(NOISE, LINES),
    "text becomes binary": file(LINES, NOISE),
    "one zero byte": ({}, {"f": b"\0"}),
    "large binary": file(NOISE * 100, NOISE * 60 + b"!" + NOISE * 41),
    "large zeros": ({}, {"f": bytes(2_000_000)}),
    "rename": ({"a": LINES}, {"b": LINES}),
    "rename and edit": ({"a": LINES}, {"b": edited(LINES, 9)}),
    "rename and mode": ({"a": LINES}, {"b": Exec(LINES)}),
    "rename to another folder": ({"x/y/a": LINES, "k": b""}, {"z/a": LINES, "k": b""}),
    "rename a folder": ({"x/a": LINES, "x/b": MANY}, {"y/a": LINES, "y/b": MANY}),
    "rename binary": ({"a": NOISE}, {"b": NOISE}),
    "rename binary and edit": ({"a": NOISE}, {"b": NOISE + b"x"}),
    "rename into its own folder": ({"a": LINES}, {"a/a": LINES}),
    "rename out of its folder": ({"a/a": LINES}, {"a": LINES}),
    "swap": ({"a": LINES, "b": NOISE}, {"a": NOISE, "b": LINES}),
    "rotate": ({"a": LINES, "b": MANY, "c": NOISE}, {"a": NOISE, "b": LINES, "c": MANY}),
    "chain": ({"a": LINES, "b": MANY}, {"b": LINES, "c": MANY}),
    "copy": ({"a": LINES}, {"a": LINES, "b": LINES}),
    "copy and edit both": ({"a": LINES}, {"a": edited(LINES, 1), "b": edited(LINES, 40)}),
    "new link": ({"f": b""}, {"f": b"", "l": Link("f")}),
    "new dangling link": ({}, {"l": Link("nowhere/at all")}),
    "new absolute link": ({}, {"l": Link("/nowhere")}),
    "link upwards": ({}, {"a/l": Link("../..")}),
    "delete link": ({"f": b"1", "l": Link("f")}, {"f": b"1"}),
    "delete dangling link": ({"l": Link("nowhere")}, {}),
    "retarget link": ({"l": Link("a"), "a": b"1"}, {"l": Link("b"), "a": b"1"}),
    "rename link": ({"l": Link("a")}, {"m": Link("a")}),
    "link to a folder": ({"d/f": b"1"}, {"d/f": b"2", "l": Link("d")}),
    "file becomes link": file(LINES, Link("g")),
    "link becomes file": ({"l": Link("g"), "g": b"1"}, {"l": b"2", "g": b"1"}),
    "link becomes executable": ({"l": Link("g")}, {"l": Exec()}),
    "file becomes folder": ({"x": LINES}, {"x/y": b"a\n", "x/z/y": b"b\n"}),
    "folder becomes file": ({"x/y": b"a\n", "x/z/y": LINES}, {"x": b"b\n"}),
    "link becomes folder": ({"x": Link("d"), "d/y": b"1"}, {"x/y": b"2", "d/y": b"1"}),
    "folder becomes link": ({"x/y": b"2", "d/y": b"1"}, {"x": Link("d"), "d/y": b"1"}),
    "folder and file swap": ({"x/y": b"1", "z": b"2"}, {"x": b"2", "z/y": b"1"}),
    "everything goes": ({"a": LINES, "b/c": NOISE, "l": Link("a")}, {}),
    **{"name: " + what: named(name) for what, name in NAMES.items()},
}


def all_at_once():
    """All cases in one patch, each in a folder of its own."""
    before, after = {}, {}
    for number, (old, new) in enumerate(CASES.values()):
        before.update({f"case {number}/{path}": what for path, what in old.items()})
        after.update({f"case {number}/{path}": what for path, what in new.items()})
    return before, after


def random_tree(rng, tree):
    """`tree` after some random edits: always a tree that a folder can hold."""
    tree = dict(tree)
    for _ in range(rng.randrange(1, 12)):
        parts = [rng.choice("abc") for _ in range(rng.randrange(1, 4))]
        path = "/".join(parts)
        inside = [each for each in tree if each.startswith(path + "/")]
        above = ["/".join(parts[:i]) for i in range(1, len(parts))]
        for each in inside + above:
            tree.pop(each, None)
        old = tree.pop(path, b"")
        tree.update(_random_entry(rng, path, old, tree))
    return tree


def _random_entry(rng, path, old, tree):
    contents = old if isinstance(old, bytes) else getattr(old, "contents", b"")
    choice = rng.randrange(8)
    if choice == 0:
        return {}
    if choice == 1:
        return {path: Link(rng.choice(["a", "b/c", "../x", "/nowhere"]))}
    if choice == 2:
        return {path: Exec(contents)}
    if choice == 3 and tree:  # a copy, or with luck half of a rename
        return {path: tree[rng.choice(sorted(tree))]}
    if choice == 4:
        return {path: rng.randbytes(rng.randrange(1, 3000))}
    lines = contents.splitlines(keepends=True) or LINES.splitlines(keepends=True)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(lines) + 1)
        lines[at:at + rng.randrange(3)] = [b"%d%s" % (rng.randrange(9), rng.choice([b"\n", b"\r\n"]))]
    return {path: b"".join(lines)[: None if rng.randrange(3) else -1]}
