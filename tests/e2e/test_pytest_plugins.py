# SPDX-License-Identifier: MIT
"""Plugins of pytest that look into what Offload does: verdicts are those of plain pytest."""

import subprocess
import sys

import pytest
from test_pytest_verdicts import plain_pytest

FAKES = """
    import os

    def test_writes(fs):
        fs.create_file("/made/up", contents="text")
        with open("/made/up") as file:
            assert file.read() == "text"
        assert not os.path.exists({here!r})

    def test_sees(fs):
        assert not os.path.exists("/made/up")

    def test_fails(fs):
        assert os.path.exists({here!r})
"""
STEPS = """
    import pytest
    from pytest_steps import test_steps

    state = []

    @test_steps("create", "use", "delete")
    def test_shop():
        state.append("made")
        yield
        assert state == ["made"]
        yield
        assert {good}
        yield

    @pytest.mark.parametrize("n", range(4))
    def test_other(n):
        pass
"""


def compare(project, *, parallel=4):
    """Runs the project as plain pytest does, and with Offload in several ways."""
    expected = plain_pytest(project)
    for lifetime in ("run", "batch"):
        project.configure(max_parallel=parallel, framework={"worker_lifetime": lifetime})
        run = project.offload("run")
        assert run.verdicts == expected, run
        assert run.code == (1 if "failed" in expected.values() else 0)
    return expected, run


def load(project, *plugins):
    project.write("pytest.ini", "[pytest]\naddopts = {}\n".format(
        " ".join(f"-p {plugin}" for plugin in plugins)))


def test_pyfakefs(project):
    load(project, "pyfakefs.pytest_plugin")
    for name in "abcd":
        project.write(f"test_{name}.py", FAKES.format(here=str(project.folder)))

    expected, _ = compare(project)

    assert sorted(expected.values()) == ["failed"] * 4 + ["passed"] * 8


@pytest.mark.parametrize("good", ["True", "False"])
def test_steps(project, good):
    load(project, "pytest_steps.plugin")
    for name in "abcd":
        project.write(f"test_{name}.py", STEPS.format(good=good))

    expected, _ = compare(project)

    assert list(expected.values()).count("failed") == (0 if good == "True" else 4)


def test_syrupy(project):
    load(project, "syrupy")
    for name in "abcd":
        project.write(f"test_{name}.py", """
            def test_a(snapshot):
                assert {"price": 3} == snapshot

            def test_b(snapshot):
                assert [1, 2] == snapshot
        """)
    subprocess.run([sys.executable, "-m", "pytest", "-q", "--snapshot-update"], check=True,
                   cwd=project.folder, env=project.env, stdout=subprocess.DEVNULL)

    expected, run = compare(project)

    assert set(expected.values()) == {"passed"}
    assert run.err.count("syrupy does not look for unused snapshots") == 1
    project.write("test_c.py", project.read("test_c.py").replace("3", "4"))
    assert list(compare(project)[0].values()).count("failed") == 1


@pytest.mark.parametrize("limit", ["--max-warnings=0", "--max-warnings=99"])
def test_the_most_warnings(project, limit):
    load(project, "no:cacheprovider " + limit)
    for name in "abcd":
        project.write(f"test_{name}.py", "import warnings\ndef test_a(): warnings.warn('old')\n")
    plain = subprocess.run([sys.executable, "-m", "pytest", "-q"], cwd=project.folder,
                           env=project.env, stdout=subprocess.DEVNULL)
    assert plain.returncode == (6 if limit == "--max-warnings=0" else 0)
    project.configure()

    run = project.offload("run")

    assert run.code == (1 if plain.returncode else 0), run
    assert run.err.count("--max-warnings counts in each process") == 1
