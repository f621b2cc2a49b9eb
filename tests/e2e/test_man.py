# SPDX-License-Identifier: MIT
# needs: mandoc
"""The manual page: well-formed, and complete against --help, from which it is not copied."""

import re
import subprocess

import pytest
from conftest import BINARY, REPOSITORY


def told(*arguments):
    ran = subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=True)
    return ran.stdout


def commands(*above):
    """All commands, with their parts, as --help lists them."""
    listed = told(*above, "--help").partition("\nSubcommands:\n")[2].partition("\n\n")[0]
    for name in re.findall(r"^  ([a-z-]+)", listed, re.M):
        yield (*above, name)
        yield from commands(*above, name)


@pytest.fixture(scope="module")
def page():
    """The page as one reads it."""
    shown = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=200"], input=told("man"),
                           capture_output=True, text=True, check=True).stdout
    return re.sub(".\b", "", shown)


def section(page, title):
    return re.search(rf"^{title}$\n(.*?)(?=^\S|\Z)", page, re.S | re.M)[1]


def test_it_is_well_formed():
    checked = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=told("man"),
                             capture_output=True, text=True)
    complaints = (checked.stdout + checked.stderr).splitlines()

    assert [line for line in complaints if "missing date" not in line] == []


def test_every_command_is_in_it_with_every_option(page):
    found = list(commands())
    assert ("run",) in found and ("history", "merge") in found

    for command in found:
        heading = "   offload " + " ".join(command)
        help_text = told(*command, "--help")
        if "Subcommands:" in help_text:
            continue
        part = re.search(rf"^{heading}$\n(.*?)(?=^   \S|^\S)", page, re.S | re.M)
        assert part, heading
        assert help_text.splitlines()[0] in part[1]
        listed = re.findall(r"^  (-\w)?,?(--[\w-]+)?(?= |$)", help_text, re.M)
        for option in {name for names in listed for name in names} - {"", "-h", "--help"}:
            assert re.search(rf"^ +(-\w, )?{option}\b", part[1], re.M), option


def test_common_options_exit_codes_files_and_variables_are_in_it(page):
    assert all(flag in section(page, "OPTIONS") for flag in ("--config PATH", "--verbose"))
    listed = re.findall(r"^ +(\d) +(.*)[.]$", section(page, "EXIT STATUS"), re.M)
    assert listed == re.findall(r"^  (\d)  (.*)$", told("--help"), re.M)
    assert [status for status, _ in listed] == ["0", "1", "2"]
    assert "offload.toml" in section(page, "FILES")


def test_the_variables_are_those_that_are_read(page):
    sources = "".join(path.read_text(encoding="utf-8") for folder in ("src", "cli")
                      for path in (REPOSITORY / folder).rglob("*.cpp")
                      if path.name != "manual_page.cpp")
    named = re.findall(r"^ +([A-Z][A-Z_]+(?:, [A-Z_]+)*)\b", section(page, "ENVIRONMENT"), re.M)
    variables = {variable for line in named for variable in line.split(", ")}

    assert variables >= {"CI", "NO_COLOR", "TERM", "XDG_STATE_HOME"}
    assert [name for name in variables - {"TMPDIR"} if f'"{name}"' not in sources] == []
