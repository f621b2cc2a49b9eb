# SPDX-License-Identifier: MIT
# needs: cargo vitest
"""The skills for agents: their form, how they are installed, and that what they say to type works."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BINARY, REPOSITORY
from vitest_installs import install

SKILLS = REPOSITORY / "docs" / "skills"
NAMES = sorted(path.name for path in SKILLS.iterdir())
SCRIPTS = {"benchmark": SKILLS / "offload-benchmark/scripts/benchmark.py",
           "compare": SKILLS / "offload-onboard/scripts/compare_verdicts.py"}
BLOCK = re.compile(r"(<!-- not run: .+ -->\n)?^```sh\n(.*?)^```$", re.S | re.M)


def front_matter(name):
    text = (SKILLS / name / "SKILL.md").read_text(encoding="utf-8")
    opened, keys, body = text.split("---\n", 2)
    assert opened == ""
    return dict(line.split(": ", 1) for line in keys.splitlines()), body


# --- Their form (agentskills.io) ----------------------------------------------------------------


def test_there_are_three():
    assert NAMES == ["offload-benchmark", "offload-onboard", "offload-run"]


@pytest.mark.parametrize("name", NAMES)
def test_the_front_matter_is_that_of_the_specification(name):
    keys, body = front_matter(name)

    assert set(keys) == {"name", "description"}
    assert keys["name"] == name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) and len(name) <= 64
    assert 1 <= len(keys["description"]) <= 1024
    assert "Use it when" in keys["description"]
    assert not re.search(r": | #|^['\"\[{>|*&!%@`]", keys["description"]), "needs quotes in YAML"
    assert len(body.splitlines()) < 500


@pytest.mark.parametrize("name", NAMES)
def test_scripts_that_are_named_are_beside_it(name):
    _, body = front_matter(name)

    for script in re.findall(r"\$SKILL/(\S+?)\"", body):
        assert (SKILLS / name / script).is_file()


# --- Installing them ----------------------------------------------------------------------------


def installed(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name != ".offload-installed"}


def test_they_are_installed_as_they_are_in_the_documentation(project):
    done = project.offload("skills", "install", "--dir", "here")

    assert done.code == 0, done
    assert installed(project.folder / "here") == installed(SKILLS)
    assert done.out.count("Wrote ") == len(installed(SKILLS))


@pytest.mark.parametrize("there, places", [
    ([], [".agents/skills"]),
    (["CLAUDE.md"], [".claude/skills"]),
    ([".claude/"], [".claude/skills"]),
    ([".agents/", ".claude/"], [".agents/skills", ".claude/skills"]),
    ([".github/"], [".agents/skills"]),
    ([".github/skills/"], [".github/skills"]),
])
def test_the_usual_folder_depends_on_what_is_there(project, there, places):
    for name in there:
        if name.endswith("/"):
            (project.folder / name).mkdir(parents=True)
        else:
            project.write(name, "")

    project.offload("skills", "install")

    found = sorted(str(path.parent.parent.relative_to(project.folder))
                   for path in project.folder.rglob("offload-run/SKILL.md"))
    assert found == places


def test_folders_that_are_one_by_a_link_are_written_once(project):
    (project.folder / ".agents/skills").mkdir(parents=True)
    (project.folder / ".claude").mkdir()
    (project.folder / ".claude/skills").symlink_to("../.agents/skills")

    done = project.offload("skills", "install")

    assert done.out.count("offload-run/SKILL.md") == 1


def test_a_changed_file_is_kept_unless_forced(project):
    project.offload("skills", "install")
    changed = project.write(".agents/skills/offload-run/SKILL.md", "my own words")

    again = project.offload("skills", "install")

    assert again.code == 1
    assert again.err.count("--force") == 1
    assert changed.read_text() == "my own words"
    assert "Wrote" not in again.out
    forced = project.offload("skills", "install", "--force")
    assert forced.code == 0
    assert installed(project.folder / ".agents/skills") == installed(SKILLS)


def test_a_file_of_an_older_version_is_replaced(project):
    """One that is as it was installed, but is not what this version has."""
    project.offload("skills", "install")
    skill = project.write(".agents/skills/offload-run/SKILL.md", "of old\n")
    value = 0xCBF29CE484222325
    for byte in b"of old\n":
        value = (value ^ byte) * 0x100000001B3 % 2**64
    project.write(".agents/skills/offload-run/.offload-installed", f"{value:016x} SKILL.md\n")

    done = project.offload("skills", "install")

    assert done.code == 0, done
    assert f"Wrote {skill.relative_to(project.folder)}" in done.out
    assert installed(project.folder / ".agents/skills") == installed(SKILLS)


def test_a_folder_that_cannot_be_written_is_an_error(project):
    project.write("file", "")

    failed = project.offload("skills", "install", "--dir", "file/below")

    assert failed.code == 1
    assert "cannot open file/below" in failed.err and "Not a directory" in failed.err


def test_they_are_listed_without_writing(project):
    shown = project.offload("skills", "install", "--list")

    assert [line for line in shown.out.splitlines() if not line.startswith(" ")] == [
        "offload-run", "offload-onboard", "offload-benchmark"]
    assert not list(project.folder.iterdir())


# --- What they say to type ------------------------------------------------------------------------


def shop(project, *left_out):
    """A copy of the example project, committed."""
    ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache", "test-results", *left_out)
    shutil.copytree(REPOSITORY / "examples/pytest_demo", project.folder, ignore=ignored,
                    dirs_exist_ok=True)
    bin_folder = project.temp.parent / "bin"
    bin_folder.mkdir()
    (bin_folder / "offload").symlink_to(Path(BINARY).resolve())
    project.env["PATH"] = f"{bin_folder}{os.pathsep}{project.env['PATH']}"
    for line in ("init -q -b main", "add -A", "-c user.name=T -c user.email=t@x commit -q -m all"):
        subprocess.run(["git", *line.split()], cwd=project.folder, check=True)


def typed(project, name, options="-euo pipefail", **env):
    """Runs the shell blocks of a skill one after the other, in one shell."""
    _, body = front_matter(name)
    blocks = [text for skipped, text in BLOCK.findall(body) if not skipped]
    assert blocks
    script = project.temp.parent / "typed.sh"
    script.write_text(f"set {options}\n" + "".join(
        f"echo '### block {number}'\n{text}" for number, text in enumerate(blocks, 1)))
    return subprocess.run(["bash", script], cwd=project.folder, capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=200,
                          env=dict(project.env, SKILL=str(SKILLS / name), **env))


def handle_of(project, test):
    """Handles are the same in each run."""
    project.offload("run")
    told = json.loads(project.offload("logs", "--format", "json", "--test", test).out)
    return told["tests"][0]["handle"]


def said(done):
    return f"{done.returncode}\n{done.stdout}\n--- err\n{done.stderr}"


def test_what_offload_run_says_works_on_a_green_project(project):
    shop(project, "test_warehouse.py", "test_payments.py")
    test = "tests/test_cart.py::test_new_cart_is_empty"

    done = typed(project, "offload-run", TEST_ID=test, HANDLE=handle_of(project, test))

    assert done.returncode == 0, said(done)
    assert f"PASSED (1):\n  {test}\n" in done.stdout


def test_what_offload_run_says_works_on_a_red_project(project):
    shop(project, "test_warehouse.py", "test_payments.py")
    project.write("tests/test_red.py", "def test_red():\n    assert 1 == 2\n")
    test = "tests/test_red.py::test_red"

    done = typed(project, "offload-run", "-u", TEST_ID=test, HANDLE=handle_of(project, test))

    assert "\nred\n" in done.stdout, said(done)
    assert done.stdout.count("=== tests/test_red.py::test_red [FAILED]") >= 4, said(done)
    assert "1 cause:" in done.stdout and "still failing (1)" in done.stdout, said(done)
    assert "unknown" not in done.stderr and "Error:" not in done.stderr, said(done)


def test_what_offload_onboard_says_brings_a_project_to_offload(project):
    shop(project, "offload.toml")

    done = typed(project, "offload-onboard")

    assert done.returncode == 0, said(done)
    assert done.stdout.count("tests in both: all agree") == 2
    assert (project.folder / "offload.toml").is_file()
    assert (project.folder / ".agents/skills/offload-run/SKILL.md").is_file()
    assert "offload run --failed" in project.read("AGENTS.md")


def test_what_offload_benchmark_says_makes_a_table(project):
    shop(project, "test_warehouse.py", "test_payments.py")

    done = typed(project, "offload-benchmark")

    assert done.returncode == 0, said(done)
    readme = project.read("README.md")
    assert re.search(r"\| `python -m pytest -q` \| \d+\.\d\d s \|", readme)
    assert re.search(r"\| `offload run` \| \d+\.\d\d s \|", readme)
    assert readme.count("offload-benchmark: begin") == 1


# --- Onboarding with other runners ----------------------------------------------------------------


def compared(project, native):
    """What the script says of a native report and the one that `offload run` has just written."""
    return script("compare", native, "test-results/junit.xml", folder=project.folder)


def test_verdicts_of_nextest_are_those_of_offload(project):
    project.write("Cargo.toml", '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n')
    project.write("src/lib.rs", "#[cfg(test)]\nmod tests {\n    #[test]\n    fn adds() {}\n"
                                "    #[test]\n    fn breaks() { panic!(); }\n}\n")
    project.write("tests/api.rs", "#[test]\nfn answers() {}\n")
    project.write(".config/nextest.toml", '[profile.default.junit]\npath = "native.xml"\n')
    subprocess.run(["cargo", "nextest", "run", "--no-fail-fast"], cwd=project.folder,
                   env=project.env, capture_output=True)
    native = project.folder / "target/nextest/default/native.xml"
    shutil.copy(native, project.folder / "native.xml")

    assert project.offload("init").code == 0
    assert project.offload("run").code == 1
    done = compared(project, "native.xml")

    assert done.returncode == 0, said(done)
    assert "3 tests in both: all agree" in done.stdout


def test_verdicts_of_vitest_are_those_of_offload(project):
    install(project)
    project.write("sum.test.js", "import {describe, expect, it} from 'vitest'\n"
                                 "describe('sum', () => {\n"
                                 "  it('adds', () => expect(1 + 1).toBe(2))\n"
                                 "  it('breaks', () => expect(1 + 1).toBe(3))\n"
                                 "  it.skip('waits', () => {})\n})\n")
    subprocess.run(["node_modules/.bin/vitest", "run", "--reporter=junit",
                    "--outputFile=native.xml"], cwd=project.folder, env=project.env,
                   capture_output=True)

    assert project.offload("init", "--framework", "vitest").code == 0
    assert project.offload("run").code == 1
    done = compared(project, "native.xml")

    assert done.returncode == 0, said(done)
    assert "3 tests in both: all agree" in done.stdout


# --- Their scripts ----------------------------------------------------------------------------------


def script(name, *arguments, folder):
    return subprocess.run([sys.executable, SCRIPTS[name], *map(str, arguments)], cwd=folder,
                          capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("native, offload, code, told", [
    ([("t.test_a", "test_x", "")], [("t/test_a.py::test_x", "")], 0, "1 tests in both: all agree"),
    ([("t.test_a.TestB", "test_x[a/b.py]", "")], [("t/test_a.py::TestB::test_x[a/b.py]", "")], 0,
     "all agree"),
    ([("crate::bin", "mod::t", "")], [("crate::bin mod::t", "")], 0, "all agree"),
    ([("a.test.ts", "sum > adds", "")], [("a.test.ts > sum > adds", "")], 0, "all agree"),
    ([("t.test_a", "test_x", "<failure/>")], [("t/test_a.py::test_x", "")], 1,
     "failed natively, passed with Offload"),
    ([("t.test_a", "test_x", "<skipped/>")],
     [("t/test_a.py::test_x", "<skipped type='offload.not_run'/>")], 1,
     "skipped natively, not run with Offload"),
    ([("t.test_a", "test_x", "")],
     [("t/test_a.py::test_x", "<failure/>"), ("t/test_a.py::test_x", "")], 0, "Flaky"),
    ([("t.test_a", "test_x", ""), ("t.test_a", "test_y", "")], [("t/test_a.py::test_x", "")], 1,
     "Only the native run has: 1\n  t.test_a.test_y"),
    ([("t.test_a", "test_x", "")], [("t/test_a.py::test_x", ""), ("t/test_a.py::test_y", "")], 1,
     "Only Offload has: 1\n  t.test_a.test_y"),
    ([], [], 1, "0 tests in both"),
])
def test_verdicts_are_compared(tmp_path, native, offload, code, told):
    def case(name, classname, inside):
        return f'<testcase name="{name.replace(">", "&gt;")}" classname="{classname}">{inside}</testcase>'

    def suite(cases):
        return "<testsuites><testsuite>" + "".join(cases) + "</testsuite></testsuites>"

    (tmp_path / "n.xml").write_text(suite(case(n, c, inside) for c, n, inside in native))
    (tmp_path / "o.xml").write_text(suite(case(n, "", inside) for n, inside in offload))

    done = script("compare", "n.xml", "o.xml", folder=tmp_path)

    assert done.returncode == code, said(done)
    assert told in done.stdout


def test_a_benchmark_with_a_failing_run_is_invalid_and_writes_nothing(tmp_path):
    (tmp_path / "README.md").write_text("# Mine\n")

    done = script("benchmark", "--native", "true", "--offload", "exit 2", "--readme", "README.md",
                  folder=tmp_path)

    assert done.returncode == 1
    assert "Invalid, nothing is written" in done.stderr
    assert (tmp_path / "README.md").read_text() == "# Mine\n"


def test_a_benchmark_replaces_its_own_table_and_nothing_else(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("# Mine\n")
    run = ["--native", "true", "--offload", "sleep 0.1", "--rounds", "1", "--readme", "README.md"]
    assert script("benchmark", *run, folder=tmp_path).returncode == 0
    readme.write_text(readme.read_text() + "\n## After\n")

    assert script("benchmark", *run, folder=tmp_path).returncode == 0

    text = readme.read_text()
    assert text.startswith("# Mine\n\n## Benchmark\n\n<!-- offload-benchmark: begin -->\n")
    assert text.endswith("<!-- offload-benchmark: end -->\n\n## After\n")
    assert text.count("| `true` |") == 1
