# SPDX-License-Identifier: MIT
"""Projects whose tests are shell scripts: quick to run, and nothing has to be installed for them."""

from conftest import toml_section

# Runs one test, whose name says how it ends.
ONE_TEST = """\
#!/bin/sh
echo "this is $1"
echo "$1" >>ran.txt
case $1 in
  *fail*) echo "$1 is broken" >&2; exit 3 ;;
  *flaky*) [ -e "seen $1" ] || { touch "seen $1"; exit 1; } ;;
esac
"""


def write_config(project, discover="cat tests.txt # {filters}", run="./one {tests}", groups=None,
                 report=None, provider=None, offload=None, extra="", file="offload.toml",
                 **framework):
    """Writes a configuration of the `default` framework on the local provider."""
    made = {"type": "default", "discover_command": discover, "run_command": run,
            "test_id_format": "{name}"}
    sections = [
        toml_section("offload", dict({"max_parallel": 2, "sandbox_repo_root": "."},
                                     **(offload or {}))),
        toml_section("provider", dict({"type": "local"}, **(provider or {}))),
        toml_section("framework", dict(made, **framework)),
    ]
    for name, keys in (groups or {"all": {}}).items():
        sections.append(toml_section("groups." + name, keys))
    if report is not None:
        sections.append(toml_section("report", report))
    return project.write(file, "\n".join(sections) + extra)


def list_tests(project, *ids):
    project.write("tests.txt", "".join(one + "\n" for one in ids))


def shell_tests(project, *ids, **config):
    """A project with these tests, each of which runs as ONE_TEST says."""
    list_tests(project, *ids)
    project.script("one", ONE_TEST)
    write_config(project, **config)


def ran(project):
    """The names of the tests that were run, one an attempt."""
    return project.lines("ran.txt")
