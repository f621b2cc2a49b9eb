"""What the Dockerfile commands of an image say: instructions with their arguments."""

import json
import re
import shlex
from dataclasses import dataclass, field

HEREDOC = re.compile(r"<<-?\s*([\"']?)(\w+)\1")


class DockerfileError(Exception):
    """The Dockerfile cannot be read; the text says why."""


@dataclass
class Instruction:
    """One instruction: `COPY --from=base a b` is ("COPY", {"from": "base"}, "a b")."""

    name: str
    flags: dict[str, str]
    rest: str
    heredocs: list[str] = field(default_factory=list)

    def words(self):
        """The arguments, in either form of an instruction."""
        if self.rest.startswith("["):
            return json.loads(self.rest)
        return shlex.split(self.rest)


def substituted(text, variables):
    """Text with $name, ${name} and ${name:-word} replaced."""

    def value(match):
        name = match[1] or match[2]
        return variables.get(name) or (match[4] or "" if match[3] == ":-" else "")

    return re.sub(r"\$(?:(\w+)|\{(\w+)(?:(:-|:\+)([^}]*))?\})", value, text)


def assignments(rest):
    """The pairs of ENV or ARG: `A=1 B="x y"`, and the older `A 1`."""
    words = shlex.split(rest)
    if words and "=" not in words[0]:
        return {words[0]: " ".join(words[1:])}
    return dict(word.split("=", 1) if "=" in word else (word, "") for word in words)


def logical_lines(lines):
    """Lines without comments, with continued ones joined; a heredoc's lines come with its own."""
    lines = [line for text in lines for line in text.split("\n")]
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        while line.rstrip().endswith("\\") and at < len(lines):
            if not lines[at].lstrip().startswith("#"):
                line = line.rstrip()[:-1] + lines[at]
            at += 1
        bodies = []
        if re.match(r"\s*(RUN|COPY|ADD)\s", line, re.IGNORECASE):
            for _, end in HEREDOC.findall(line):
                body = []
                while at < len(lines) and lines[at].strip() != end:
                    body.append(lines[at])
                    at += 1
                if at == len(lines):
                    raise DockerfileError(f"unterminated heredoc: {end}")
                at += 1
                bodies.append("\n".join(body) + "\n")
        yield line.strip(), bodies


def instructions(lines):
    """All instructions of a Dockerfile."""
    found = []
    for line, bodies in logical_lines(lines):
        name, _, rest = line.partition(" ")
        flags = {}
        rest = rest.strip()
        while match := re.match(r"--([\w-]+)(?:=(\S+))?\s+", rest):
            flags[match[1]] = match[2] or ""
            rest = rest[match.end() :]
        known = "FROM RUN COPY ADD ENV ARG WORKDIR USER SHELL ENTRYPOINT CMD LABEL EXPOSE VOLUME"
        if name.upper() not in f"{known} STOPSIGNAL HEALTHCHECK ONBUILD MAINTAINER".split():
            raise DockerfileError(f"unknown instruction: {name}")
        found.append(Instruction(name.upper(), flags, rest, bodies))
    if not found or next(one for one in found if one.name != "ARG").name != "FROM":
        raise DockerfileError("no build stage in current context: the first instruction is FROM")
    return found
