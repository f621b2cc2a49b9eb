# SPDX-License-Identifier: MIT
"""Reads workflow commands as GitHub's documentation of them describes: a line `::name key=value,
key=value::message`, with %25, %0D, %0A in messages and %3A, %2C besides in values."""

import re

COMMAND = re.compile(r"^::(?P<name>[a-z-]+)(?: (?P<properties>.*?))?::(?P<message>.*)$")
CODES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def unescaped(text, codes):
    return re.sub("|".join(codes), lambda found: CODES[found[0]], text)


class Command:
    def __init__(self, found):
        self.name = found["name"]
        self.message = unescaped(found["message"], ["%25", "%0D", "%0A"])
        self.properties = {}
        for part in filter(None, (found["properties"] or "").split(",")):
            key, _, value = part.partition("=")
            self.properties[key] = unescaped(value, CODES)

    def __getattr__(self, name):
        try:
            return self.properties[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def place(self):
        return self.properties.get("file"), int(self.properties.get("line", 0))


def commands_in(text):
    """All commands of what a step has printed."""
    found = (COMMAND.match(line.lstrip()) for line in text.split("\n"))
    return [Command(one) for one in found if one]
