# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""Cuts a Dockerfile into layers that Modal keeps and finds again one by one.

Modal keeps an image for each group of commands it is given. Given the whole file, any changed file
that is copied would build all of it anew. So a layer begins where files are copied after something
has been run: what is above stays as it is when those files change.
"""

import json
import re
import shlex

from offload_modal_trouble import Trouble

HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")
ARCHIVE = re.compile(r"\.(tar|tgz|tbz2?|txz|tar\.\w+)$")
ELSEWHERE = re.compile(r"^(https?://|git@|git://|ssh://)")


def steps(text):
    """(name, rest, lines) of each instruction. Comments are left out, and empty lines."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        taken, whole = [line], line.strip()
        while whole.endswith("\\") and at < len(lines):
            whole = whole[:-1]
            if not lines[at].lstrip().startswith("#") and lines[at].strip():
                taken.append(lines[at])
                whole += lines[at].strip()
            else:
                whole += "\\"
            at += 1
        name, _, rest = whole.partition(" ")
        name = name.upper()
        for _, end in HEREDOC.findall(whole) if name in ("RUN", "COPY", "ADD") else ():
            while at < len(lines):
                taken.append(lines[at])
                at += 1
                if taken[-1].strip() == end:
                    break
        yield name, rest.strip(), taken


def substituted(text, variables):
    """Text with the variables that are known; others stay as they are."""

    def value(match):
        return variables.get(match[1] or match[2], match[0])

    return re.sub(r"\$(?:(\w+)|\{(\w+)\})", value, text)


def named_values(rest):
    """The pairs of an ENV or ARG instruction; an ARG without a value gives none."""
    try:
        words = shlex.split(rest)
    except ValueError:
        return {}
    if len(words) == 2 and "=" not in words[0]:
        return {words[0]: words[1]}
    return dict(word.split("=", 1) for word in words if "=" in word)


def copying(name, rest, taken, variables):
    """The lines of a COPY or ADD in the form that Modal understands: it looks for `COPY a b`."""
    flags = re.match(r"(?:--\S+\s+)*", rest)[0]
    if "--from=" in flags or HEREDOC.search(rest):
        return taken
    arguments = rest[len(flags) :]
    words = json.loads(arguments) if arguments.startswith("[") else shlex.split(arguments)
    words = [substituted(word, variables) for word in words]
    if name == "ADD":
        if any(ELSEWHERE.match(word) for word in words[:-1]):
            return taken
        if archive := next((word for word in words[:-1] if ARCHIVE.search(word)), None):
            raise Trouble("invalid", f"the Dockerfile adds the archive {archive}, which Modal "
                          "does not unpack", "COPY it, and unpack it with RUN tar")
    if any(" " in word for word in words):
        raise Trouble("invalid", f"the Dockerfile copies a name with a space in it: {rest}",
                      "Modal cannot copy such names: rename it, or copy its folder")
    return [f"COPY {flags}{' '.join(words)}"]


def layers(text):
    """The Dockerfile as a list of groups of lines, the first with FROM; or None for one with
    several stages, which only works as a whole."""
    first = text.lstrip().splitlines()[:1]
    todo = list(steps(text))
    names = [name for name, *_ in todo]
    if names.count("FROM") != 1 or any(re.match(r"#\s*escape\s*=", line) for line in first):
        return None
    groups, head, told, variables, ran = [], [], [], {}, False
    for at, (name, rest, taken) in enumerate(todo):
        if at <= names.index("FROM"):
            head += taken
            variables |= named_values(rest) if name == "ARG" else {}
            if name == "FROM":
                groups, known, variables = [head, []], variables, {}
            continue
        if name in ("COPY", "ADD"):
            if ran:
                groups.append(list(told))
            ran = False
            taken = copying(name, rest, taken, variables)
        if name == "ARG" and "=" not in rest and rest in known:
            taken = [f"ARG {rest}={shlex.quote(known[rest])}"]
            variables[rest] = known[rest]
        if name in ("ARG", "ENV"):
            variables |= {k: substituted(v, variables) for k, v in named_values(rest).items()}
        if name in ("ARG", "SHELL"):
            # An image does not keep them: each layer repeats them.
            told += taken
        ran = ran or name == "RUN"
        groups[-1] += taken
    return [group for group in groups if group]
