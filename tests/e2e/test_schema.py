# SPDX-License-Identifier: MIT
"""The schema that `offload schema` prints: a JSON schema, for what the reader of the file takes."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import BINARY, PROJECTS, REPOSITORY
from jsonschema import Draft7Validator

PRINTED = subprocess.run([BINARY, "schema"], capture_output=True, text=True, check=True).stdout
SCHEMA = json.loads(PRINTED)
KEYS_OF = re.compile(r'^### `\[([\w.]+)\](?: type = "(\w+)")?`\n(.*?)(?=^#|\Z)', re.S | re.M)
TOML = re.compile(r"^```toml\n(.*?)^```$", re.S | re.M)
WHOLE = ("[offload]", "[provider]", "[framework]", "[groups")
SMALLEST = {
    "offload": {"sandbox_repo_root": "."},
    "provider": {"type": "local"},
    "framework": {"type": "pytest"},
    "groups": {"all": {}},
}


def complaints(configuration):
    """Where the schema finds fault."""
    found = Draft7Validator(SCHEMA).iter_errors(configuration)
    return sorted(".".join(map(str, error.absolute_path)) + ": " + error.message for error in found)


def changed(section, **keys):
    """The smallest configuration with other keys in a section; None: without that key."""
    merged = {**SMALLEST.get(section, {}), **keys}
    merged = {name: value for name, value in merged.items() if value is not None}
    return {**SMALLEST, section: merged}


def files():
    listed = subprocess.run(["git", "-C", REPOSITORY, "ls-files", "*.toml"],
                            capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        if all(section in text for section in WHOLE):
            yield name, text


def examples():
    """The whole configurations on the pages of the documentation."""
    for page in [REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]:
        for number, block in enumerate(TOML.findall(page.read_text(encoding="utf-8"))):
            if all(section in block for section in WHOLE):
                yield f"{page.name}-{number}", block


def test_it_is_a_schema():
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("text", [pytest.param(text, id=name)
                                  for name, text in [*files(), *examples()]])
def test_it_takes_what_is_in_use(text):
    assert complaints(tomllib.loads(text)) == []


def test_it_is_tried_with_the_files_of_users_and_with_the_documentation():
    assert sum("users_files" in name for name, _ in files()) == 6
    assert len(list(examples())) > 10


@pytest.mark.parametrize("framework", ["pytest", "nextest", "vitest", "ctest", "default"])
@pytest.mark.parametrize("provider", ["local", "default", "modal"])
def test_it_takes_what_init_writes(project, provider, framework):
    assert project.offload("init", "-p", provider, "-f", framework).code == 0

    assert complaints(tomllib.loads(project.read("offload.toml"))) == []


def test_it_has_every_key_of_the_reference():
    page = (REPOSITORY / "docs" / "configuration.md").read_text(encoding="utf-8")
    properties = SCHEMA["properties"]
    tables = KEYS_OF.findall(page)
    assert len(tables) >= 15

    for section, kind, table in tables:
        of = properties[section.removesuffix(".NAME")]
        keys = of["additionalProperties"] if section == "groups.NAME" else of
        rows = re.findall(r"^\| `(\w+)` \| (?:.*?) \| (.*?) \| (.*?) \|$", table, re.M)
        assert rows, section
        for name, default, meaning in rows:
            schema = keys["properties"][name]
            assert meaning.replace("\\|", "|").split(" [")[0] in schema["description"] or kind
            if not kind and default:
                assert schema["default"] == tomllib.loads(f"x = {default.strip('`')}")["x"], name


def test_a_key_says_which_types_have_it():
    keys = SCHEMA["properties"]["provider"]["properties"]

    assert keys["working_dir"]["description"].endswith("[local, default]")
    assert keys["dockerfile"]["description"].endswith("[modal]")
    assert "default" not in keys["cpu_cores"]  # not the same everywhere


@pytest.mark.parametrize("configuration", [
    changed("offload", a_key_of_tomorrow=1),
    changed("offload", sandbox_repo_root=None, sandbox_project_root="/app"),
    changed("provider", type="${PROVIDER:-local}"),
    changed("framework", type="cargo"),
    changed("groups", all={"a_key_of_tomorrow": True}),
    changed("provider", copy_dirs=["${FOLDERS}"], type="modal"),
    {**SMALLEST, "a_section_of_tomorrow": {}},
])
def test_it_takes_what_the_reader_takes(configuration):
    assert complaints(configuration) == []


@pytest.mark.parametrize("configuration, complaint", [
    (changed("offload", max_parallel="4"), "offload.max_parallel: '4' is not of type 'integer'"),
    (changed("offload", max_parallel=0), "offload.max_parallel: 0 is less than the minimum of 1"),
    (changed("offload", test_timeout_secs=0), "offload.test_timeout_secs: 0 is less than or equal"),
    (changed("offload", sandbox_repo_root=None), "offload: {} is not valid under any"),
    (changed("provider", type="docker"), "provider.type: 'docker' is not valid under any"),
    (changed("provider", type=None), "provider: 'type' is a required property"),
    (changed("provider", type="default", create_command="c", exec_command="e"),
     "provider: 'destroy_command' is a required property"),
    (changed("provider", type="modal", copy_dirs=["folder"]),
     "provider.copy_dirs.0: 'folder' does not match"),
    (changed("provider", env={"A": 1}), "provider.env.A: 1 is not of type 'string'"),
    (changed("framework", command=["pytest"]), "framework.command: ['pytest'] is not of type"),
    (changed("framework", worker_lifetime="day"), "framework.worker_lifetime: 'day' is not one"),
    (changed("groups", all=None), "groups: {} should be non-empty"),
    (changed("groups", all={"retry_count": -1}), "groups.all.retry_count: -1 is less than"),
    (changed("report", junit="yes"), "report.junit: 'yes' is not of type 'boolean'"),
    (changed("checkpoint", build_inputs=[]), "checkpoint.build_inputs: [] should be non-empty"),
    (changed("history", reservoir_size=0), "history.reservoir_size: 0 is less than"),
])
def test_it_finds_typical_mistakes(configuration, complaint):
    found = complaints(configuration)

    assert len(found) == 1 and found[0].startswith(complaint), found


@pytest.mark.parametrize("by", ["the first line", ".taplo.toml"])
def test_taplo_reads_it(tmp_path, by):
    """As editors do."""
    (tmp_path / "offload.schema.json").write_text(PRINTED, encoding="utf-8")
    first = ""
    if by == ".taplo.toml":
        shutil.copy(PROJECTS / "taplo" / "taplo.toml", tmp_path / ".taplo.toml")
    else:
        first = "#:schema ./offload.schema.json\n"
    good = (REPOSITORY / "examples" / "pytest_demo" / "offload.toml").read_text(encoding="utf-8")
    taplo = [str(Path(sys.executable).parent / "taplo"), "lint", "offload.toml"]

    def lint(text):
        (tmp_path / "offload.toml").write_text(first + text, encoding="utf-8")
        return subprocess.run(taplo, cwd=tmp_path, capture_output=True, text=True)

    assert lint(good).returncode == 0
    found = lint(re.sub("max_parallel = .*", 'max_parallel = "four"', good))
    assert found.returncode != 0
    assert '"four" is not of type "integer"' in found.stderr
