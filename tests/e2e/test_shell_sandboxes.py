# SPDX-License-Identifier: MIT
"""The provider `default`: sandboxes that shell commands make. Here they are copies of the project.

`pool` is a script with the commands create, exec and destroy, and with troubles that a test can
switch on by files in the folder `trouble`.
"""

import os
import re
import shlex
import signal
import time

import pytest
from conftest import eventually

POOL = r"""#!/bin/bash
# What a cloud does, in folders: each sandbox is a copy of the project.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
log() { printf '%s\n' "$*" >> "$here/pool.log"; }
trouble() { [ -e "$here/trouble/$1" ]; }
case $1 in
  create)
    log "create"
    trouble create-slowly && sleep "$(cat "$here/trouble/create-slowly")"
    if trouble create-fails && mkdir "$here/failed-once" 2>/dev/null; then echo "no room" >&2; exit 1; fi
    trouble create-never && { echo "quota exceeded" >&2; exit 3; }
    id="box $(date +%N)$$'s \$HOME"
    mkdir -p "$here/boxes"
    trouble create-talks && printf 'WARNING: this cloud is old\n\n'
    cp -r "$here/project" "$here/boxes/$id"
    printf '%s\n' "$id"
    ;;
  exec)
    log "exec $2: $3"
    cd "$here/boxes/$2" || { echo "there is no sandbox $2" >&2; exit 1; }
    if trouble exec-dies && mkdir "$here/died-once" 2>/dev/null; then sh -c "$3" & sleep 1; kill -9 $$; fi
    if trouble no-input; then exec sh -c "$3" </dev/null; fi
    exec env -i PATH="$PATH" HOME="$HOME" PYTHONDONTWRITEBYTECODE=1 PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 \
      "E2E=${OFFLOAD_E2E_MARK:-}" sh -c "$3"
    ;;
  destroy)
    log "destroy $2"
    trouble destroy-fails && { echo "not today" >&2; exit 1; }
    rm -rf "$here/boxes/$2"
    ;;
esac
"""


class Pool:
    """The script, and what it did."""

    def __init__(self, project):
        self.project = project
        self.folder = project.temp.parent
        self.script = self.folder / "pool"
        self.script.write_text(POOL)
        self.script.chmod(0o755)
        (self.folder / "trouble").mkdir()

    def configure(self, max_parallel=2, **more):
        quoted = shlex.quote(str(self.script))
        provider = {"type": "default", "create_command": quoted + " create",
                    "exec_command": quoted + " exec {sandbox_id} {command}",
                    "destroy_command": quoted + " destroy {sandbox_id}"}
        provider.update(more.pop("provider", {}))
        self.project.configure(max_parallel=max_parallel, provider=provider, **more)

    def trouble(self, name, text=""):
        (self.folder / "trouble" / name).write_text(text)

    def end_of_trouble(self):
        for file in (self.folder / "trouble").iterdir():
            file.unlink()

    @property
    def boxes(self):
        folder = self.folder / "boxes"
        return sorted(folder.iterdir()) if folder.exists() else []

    @property
    def log(self):
        file = self.folder / "pool.log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def journal(self):
        return list((self.folder / "state").rglob("*.id"))


@pytest.fixture
def pool(project):
    return Pool(project)


def write_tests(project, count=6):
    project.write("test_a.py", f"""
        import os, pathlib

        import pytest

        @pytest.mark.parametrize("number", range({count}))
        def test_here(number, request):
            assert "boxes" in os.getcwd()
            with open(os.environ["SEEN"], "a") as file:
                file.write(f"{{os.getpid()}} {{os.environ['OFFLOAD_SANDBOX_ID']}}\\n")
    """)


def seen_in(project):
    return {"SEEN": str(project.folder / "seen")}


def test_tests_run_in_sandboxes_that_are_gone_afterwards(project, pool):
    write_tests(project)
    pool.configure(provider={"env": seen_in(project)})

    run = project.offload("run")

    assert run.code == 0, run
    assert set(run.verdicts.values()) == {"passed"} and len(run.verdicts) == 6
    assert pool.log.count("create\n") == 2
    assert pool.boxes == []
    assert pool.journal == []
    assert project.leftovers() == []


def test_a_warning_before_the_id_is_no_part_of_it(project, pool):
    write_tests(project)
    pool.configure(provider={"env": seen_in(project)})
    pool.trouble("create-talks")

    run = project.offload("run")

    assert run.code == 0, run
    assert "create_command printed more than the sandbox id: WARNING: this cloud is old" in run.err
    assert pool.boxes == [], "the sandboxes that it made are destroyed"


def test_a_crashed_run_finds_its_sandboxes_behind_a_warning(project, pool):
    project.write("test_a.py", "import time\n\ndef test_a():\n    time.sleep(1000)\n")
    pool.configure(max_parallel=1)
    pool.trouble("create-talks")
    run = project.start("run")
    eventually(lambda: "exec" in pool.log)
    run.process.kill()
    run.process.wait()
    assert len(pool.boxes) == 1

    assert project.offload("cleanup").code == 0

    assert pool.boxes == []


def test_a_sandbox_keeps_its_worker(project, pool):
    write_tests(project)
    pool.configure(max_parallel=1, provider={"env": seen_in(project)})

    assert project.offload("run").code == 0

    assert len({line.split()[0] for line in project.lines("seen")}) == 1
    assert all("box " in line and "'s $HOME" in line for line in project.lines("seen"))


def test_commands_do_where_no_input_comes_through(project, pool):
    write_tests(project)
    pool.trouble("no-input")
    pool.configure(provider={"env": seen_in(project)})

    run = project.offload("run")

    assert run.code == 0, run
    assert set(run.verdicts.values()) == {"passed"} and len(run.verdicts) == 6


def test_a_creation_that_fails_is_tried_again(project, pool):
    write_tests(project)
    pool.trouble("create-fails")
    pool.configure(max_parallel=1, provider={"env": seen_in(project)})

    run = project.offload("run")

    assert run.code == 0, run
    assert pool.log.count("create\n") == 2


def test_it_is_said_why_no_sandbox_can_be_made(project, pool):
    write_tests(project)
    pool.trouble("create-never")
    pool.configure()

    run = project.offload("run")

    assert run.code == 1
    assert "create_command ended with exit status 3: quota exceeded" in run.err
    assert set(run.verdicts.values()) == {"not run"}


def test_a_missing_program_is_not_asked_for_again(project, pool):
    write_tests(project)
    pool.configure(max_parallel=1, provider={"create_command": "no-such-program-here"})

    run = project.offload("run")

    assert run.code == 1
    assert "no-such-program-here" in run.err
    assert "exit status 127" in run.err


def test_an_exec_that_dies_is_nobodys_fault(project, pool):
    project.write("test_a.py", """
        import time

        def test_slow():
            time.sleep(2)

        def test_other():
            pass
    """)
    pool.trouble("exec-dies")
    pool.configure(max_parallel=1)

    run = project.offload("run")

    assert run.code == 0, run
    assert run.results == {"test_a.py::test_slow": ["passed"], "test_a.py::test_other": ["passed"]}


def test_a_test_that_hangs_is_ended_in_its_sandbox(project, pool):
    project.write("test_a.py", """
        import os, time

        def test_hangs():
            os.system("setsid sleep 300 &")
            time.sleep(300)
    """)
    pool.configure(max_parallel=1, test_timeout_secs=4)

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {"test_a.py::test_hangs": ["timed out"]}
    assert project.leftovers() == []
    assert b"sleep 300" not in b"".join(commands_that_run())


def commands_that_run():
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                yield file.read().replace(b"\0", b" ")
        except OSError:
            pass


def test_values_of_variables_are_in_no_command_line(project, pool):
    write_tests(project)
    pool.configure(provider={"env": dict(seen_in(project), TOKEN="very-secret-1")})

    run = project.offload("run", "--env", "OTHER=very-secret-2")

    assert run.code == 0, run
    assert "exec" in pool.log
    assert "very-secret" not in pool.log


def test_a_bad_env_is_warned_of_once(project, pool):
    write_tests(project)
    pool.configure(provider={"env": seen_in(project)})

    run = project.offload("run", "--env", "NOVALUE")

    assert run.code == 0, run
    assert run.err.count("Ignoring --env ***: expected KEY=VALUE") == 1


def test_what_cannot_be_destroyed_is_destroyed_by_cleanup(project, pool):
    write_tests(project, count=1)
    pool.trouble("destroy-fails")
    pool.configure(max_parallel=1, provider={"env": seen_in(project)})

    run = project.offload("run")
    assert run.code == 0, run
    assert "could not be destroyed" in run.err
    assert len(pool.boxes) == 1

    refused = project.offload("cleanup")
    assert refused.code == 1
    assert "not today" in refused.err

    pool.end_of_trouble()
    done = project.offload("cleanup")
    assert done.code == 0
    assert "Destroyed sandbox box " in done.out
    assert pool.boxes == []
    assert project.offload("cleanup").out == "Nothing is left over.\n"


@pytest.mark.parametrize("moment", [0.2, 1.0, 2.5])
def test_the_next_run_destroys_what_a_killed_one_had(project, pool, moment):
    project.write("test_a.py", "import time\n\ndef test_slow():\n    time.sleep(20)\n")
    pool.trouble("create-slowly", "0.5")
    pool.configure(max_parallel=2)
    killed = project.start("run")
    time.sleep(moment)
    killed.send(signal.SIGKILL)
    killed.process.wait()
    # What was being made may still come up.
    time.sleep(1)

    project.write("test_a.py", "def test_quick():\n    pass\n")
    pool.end_of_trouble()
    run = project.offload("run")

    assert run.code == 0, run
    assert pool.boxes == []
    assert pool.journal == []


@pytest.mark.parametrize("moment", [0.3, 1.5])
def test_ctrl_c_leaves_no_sandbox(project, pool, moment):
    project.write("test_a.py", "import time\n\ndef test_slow():\n    time.sleep(60)\n")
    pool.trouble("create-slowly", "1")
    pool.configure(max_parallel=2)
    started = project.start("run")
    time.sleep(moment)

    started.send(signal.SIGINT)
    run = started.wait()

    assert run.code == 130, run
    assert pool.boxes == []
    assert pool.journal == []
    assert project.leftovers() == []


def test_the_summary_comes_before_the_cleanup(project, pool):
    write_tests(project, count=1)
    pool.configure(max_parallel=1, provider={
        "env": seen_in(project),
        "destroy_command": "sleep 3; " + shlex.quote(str(pool.script)) + " destroy {sandbox_id}"})

    started = project.start("run")
    eventually(lambda: "All tests passed!" in started.text_of(started.out))

    assert started.is_running
    assert started.wait().code == 0
    assert pool.boxes == []


def test_the_image_of_prepare_command_is_given_to_create_command(project, pool):
    write_tests(project, count=1)
    quoted = shlex.quote(str(pool.script))
    pool.configure(max_parallel=1, provider={
        "env": seen_in(project),
        "prepare_command": "printf 'step one\\nim-1 with space\\n'; : ",
        "create_command": "printf '%s\\n' {image_id} {cpu_cores} > image; " + quoted + " create",
        "cpu_cores": 2.5})

    run = project.offload("run")

    assert run.code == 0, run
    assert project.lines("image") == ["im-1 with space", "2.5"]
    assert "step one" in run.err


def test_a_failing_prepare_command_ends_the_run(project, pool):
    write_tests(project, count=1)
    pool.configure(provider={"prepare_command": "echo broken >&2; exit 4 #"})

    run = project.offload("run")

    assert run.code == 1
    assert "prepare_command ended with exit status 4: broken" in run.err
    assert run.junit is None
    assert "create" not in pool.log


def test_the_cost_is_estimated_when_it_is_asked_for(project, pool):
    project.write("test_a.py", "import time\n\ndef test_a():\n    time.sleep(1)\n")
    pool.configure(max_parallel=1, provider={"cpu_cores": 1000})

    asked = project.offload("run", "--show-estimated-cost")
    not_asked = project.offload("run")

    price, seconds = re.search(r"\n  Estimated cost: \$([0-9.]+) \(([0-9.]+) CPU-seconds\)\n",
                               asked.out).groups()
    assert float(seconds) >= 1000
    assert float(price) == pytest.approx(float(seconds) * 0.00003942, abs=0.0001)
    assert "Estimated cost" not in not_asked.out
