# SPDX-License-Identifier: MIT
"""What tests see around them: variables, folders, the Python of the project, the shell."""

import json
import os
import subprocess
import sys

import pytest

from conftest import BINARY, REPOSITORY


def write_reporting_test(project, folder=""):
    """Its test writes what it sees to the file `seen` in the project's folder."""
    project.write(folder + "test_seen.py", f"""
        import json
        import os
        import sys

        def test_seen():
            seen = dict(os.environ, cwd=os.getcwd(), python=sys.prefix, stdin=sys.stdin.read()
                        if os.environ.get("READ") else "")
            with open({str(project.folder / "seen")!r}, "w") as file:
                json.dump(seen, file)
    """)


def seen(project):
    return json.loads(project.read("seen"))


def test_variables_come_from_the_provider_and_the_command_line(project):
    write_reporting_test(project)
    project.configure(provider={"env": {"FROM": "provider", "BOTH": "provider", "ODD": "a b'\"$x"}})

    run = project.offload("run", "--env", "BOTH=command line", "--env", "EQUALS=a=b", "--env",
                          "EMPTY=", env={"FROM": "outside", "OUTSIDE": "kept"})

    assert run.code == 0
    variables = seen(project)
    assert variables["FROM"] == "provider"
    assert variables["BOTH"] == "command line"
    assert variables["ODD"] == "a b'\"$x"
    assert variables["EQUALS"] == "a=b"
    assert variables["EMPTY"] == ""
    assert variables["OUTSIDE"] == "kept"


def test_a_variable_of_the_command_line_is_in_no_argument_of_a_process(project):
    project.write("test_a.py", """
        from pathlib import Path

        def test_looks_at_its_family():
            for process in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    words = process.read_bytes()
                except OSError:
                    continue
                assert b"hunter" + b"2" not in words or b"--env" in words
    """)
    project.configure()

    run = project.offload("run", "--env", "PASSWORD=hunter2")

    assert run.code == 0


def test_a_malformed_variable_is_a_warning(project):
    write_reporting_test(project)
    project.configure()

    run = project.offload("run", "--env", "NOVALUE")

    assert run.code == 0
    assert "WARN Ignoring --env ***: expected KEY=VALUE" in run.err, "it may be a secret"


def test_tests_know_their_root_and_their_sandbox(project):
    write_reporting_test(project)
    project.configure(sandbox_project_root="/somewhere")

    assert project.offload("run").code == 0

    assert seen(project)["OFFLOAD_ROOT"] == "/somewhere"
    assert seen(project)["OFFLOAD_SANDBOX_ID"].startswith("local-")
    assert seen(project)["stdin"] == ""


@pytest.mark.parametrize("where", ["offload", "provider", "both"])
def test_tests_run_in_the_working_directory(project, where):
    write_reporting_test(project, "inner/")
    offload = {} if where == "provider" else {"working_dir": "inner"}
    provider = {"provider": {"working_dir": "inner"}, "both": {"working_dir": "no"}}.get(where, {})
    project.configure(provider=provider, **offload)

    run = project.offload("run")

    assert run.verdicts == {"test_seen.py::test_seen": "passed"}
    assert seen(project)["cwd"] == str(project.folder / "inner")
    assert (project.folder / "test-results" / "junit.xml").is_file()


def test_a_working_directory_that_is_not_there_is_named(project):
    write_reporting_test(project)
    project.configure(working_dir="no-such-folder")

    run = project.offload("run")

    assert run.code == 1
    assert "no-such-folder" in run.err


def test_a_configuration_elsewhere_is_used_from_the_current_folder(project):
    write_reporting_test(project)
    project.configure(file="settings/own.toml")

    run = project.offload("run", "--config", "settings/own.toml")

    assert run.code == 0
    assert seen(project)["cwd"] == str(project.folder)


@pytest.mark.parametrize("folder", ["", "inner/"])
def test_the_virtual_environment_of_the_project_is_used(project, folder):
    write_reporting_test(project, folder)
    environment = project.folder / folder / ".venv"
    (environment / "bin").mkdir(parents=True)
    wrapper = f'#!/bin/sh\nOWN_PYTHON=yes exec "{sys.executable}" "$@"\n'
    project.script(folder + ".venv/bin/python", wrapper)
    project.configure(**({"working_dir": folder} if folder else {}))

    run = project.offload("run")

    assert run.code == 0
    assert seen(project)["OWN_PYTHON"] == "yes"
    assert os.path.realpath(seen(project)["VIRTUAL_ENV"]) == str(environment)


def test_an_active_virtual_environment_wins(project):
    write_reporting_test(project)
    project.script(".venv/bin/python", "#!/bin/sh\nexit 7\n")
    project.configure()

    run = project.offload("run", env={"VIRTUAL_ENV": "/elsewhere"})

    assert run.code == 0
    assert seen(project)["VIRTUAL_ENV"] == "/elsewhere"


def test_the_shell_of_the_configuration_starts_the_workers(project):
    write_reporting_test(project)
    project.script("own-shell", '#!/bin/sh\nOWN_SHELL=yes exec /bin/sh "$@"\n')
    project.configure(provider={"shell": str(project.folder / "own-shell")})

    run = project.offload("run")

    assert run.code == 0
    assert seen(project)["OWN_SHELL"] == "yes"


def test_words_of_the_command_keep_their_quotes(project):
    write_reporting_test(project)
    project.write("own plugin.ini", "[pytest]\naddopts = -q\n")
    project.configure(framework={"command": "python -m pytest -c 'own plugin.ini'"},
                      provider={"shell": "/bin/bash"} if os.path.exists("/bin/bash") else {})

    run = project.offload("run")

    assert run.verdicts == {"test_seen.py::test_seen": "passed"}


def test_a_pytest_inside_of_a_test_is_none_of_offloads(project):
    project.write("inner/test_inner.py", "def test_inner():\n    assert False\n")
    project.write("test_a.py", """
        import subprocess
        import sys

        def test_runs_pytest():
            done = subprocess.run([sys.executable, "-m", "pytest", "inner"], stdout=subprocess.PIPE)
            assert done.returncode == 1
            assert b"1 failed" in done.stdout
    """)
    project.configure(framework={"paths": ["test_a.py"]})

    run = project.offload("run")

    assert run.verdicts == {"test_a.py::test_runs_pytest": "passed"}


def test_an_offload_inside_of_a_test_is_a_run_of_its_own(project):
    project.configure(framework={"paths": ["test_a.py"]})
    project.configure(framework={"paths": ["test_b.py"]}, file="inner.toml",
                      report={"output_dir": "inner-results"})
    project.write("test_b.py", "def test_b():\n    pass\n")
    project.write("test_a.py", """
        import os
        import subprocess

        def test_runs_offload():
            command = [os.environ["OFFLOAD"], "--config", "inner.toml", "run"]
            assert subprocess.run(command).returncode == 0

        def test_goes_on():
            pass
    """)
    run = project.offload("run", env={"OFFLOAD": BINARY})

    assert set(run.verdicts.values()) == {"passed"}
    assert len(run.verdicts) == 2
    assert "test_b" in project.read("inner-results/junit.xml")


def test_the_documented_worker_id_serves_offload_and_xdist(project):
    page = (REPOSITORY / "docs" / "pytest.md").read_text(encoding="utf-8")
    project.write("conftest.py", page.partition("```python\n")[2].partition("```")[0])
    project.write("test_ids.py", """
        import os

        import pytest

        @pytest.mark.parametrize("number", range(2))
        def test_id(worker_id, number):
            with open("ids", "a") as file:
                file.write(worker_id + "\\n")
    """)
    project.configure(max_parallel=1)
    with_plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": None}

    assert project.offload("run", env=with_plugins).code == 0
    (under_offload,) = set(project.lines("ids"))
    environment = dict(project.env)
    del environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
    under_xdist = [sys.executable, "-m", "pytest", "-q", "-n", "2"]
    subprocess.run(under_xdist, cwd=project.folder, env=environment, check=True)

    assert under_offload.startswith("local-")
    assert set(project.lines("ids")) - {under_offload} == {"gw0", "gw1"}
