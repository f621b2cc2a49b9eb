# SPDX-License-Identifier: MIT
"""Runs the offload command (OFFLOAD_BINARY) on small projects of their own, and reads what it left.

Every process that a test starts carries a mark in its environment, by which it is found again: so
`leftovers()` sees what a run left behind, and nothing outlives its test.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
import uuid
from pathlib import Path
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PROJECTS = REPOSITORY / "tests" / "projects"
BINARY = os.environ.get("OFFLOAD_BINARY", str(REPOSITORY / "build" / "dev" / "offload"))
PATIENCE = 90.0  # seconds for a run, on a machine that is busy with other things
MARK = "OFFLOAD_E2E_MARK"
# By these, coding agents let commands know that they are read by one.
AGENT_VARIABLES = (
    "AI_AGENT", "AGENT", "CLAUDECODE", "CURSOR_AGENT", "GEMINI_CLI", "CODEX_SANDBOX", "CODEX_CI",
    "CODEX_THREAD_ID", "COPILOT_CLI", "VSCODE_AGENT", "CLINE_ACTIVE", "AUGMENT_AGENT", "OPENCODE",
    "QWEN_CODE",
)
BAD = {"failed", "errored", "timed out"}


def eventually(what, patience=PATIENCE):
    """Polls until `what()` is true, and returns its value; fails when it does not become true."""
    until = time.monotonic() + patience
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < until, "it did not become true in time"
        time.sleep(0.01)


# --- Processes ----------------------------------------------------------------------------------


def marked_processes(mark, also=""):
    """The ids of live processes that inherited `mark`, and in their environment hold `also`."""
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            environ = Path("/proc", entry, "environ").read_bytes()
            state = Path("/proc", entry, "stat").read_text(errors="replace").rpartition(")")[2]
        except OSError:  # gone
            continue
        held = environ.split(b"\0")
        wanted = not also or any(one.startswith(also.encode() + b"=") for one in held)
        if "{}={}".format(MARK, mark).encode() in held and wanted and state.split()[0] not in "ZX":
            found.append(int(entry))
    return found


def kill(pid, number=signal.SIGKILL):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


# --- Results ------------------------------------------------------------------------------------


def outcome_of(case):
    skipped = case.find("skipped")
    if skipped is not None:
        return "not run" if skipped.get("type") == "offload.not_run" else "skipped"
    for element, outcome in (("error", "errored"), ("failure", "failed")):
        fault = case.find(element)
        if fault is not None:
            return "timed out" if fault.get("type") == "timed_out" else outcome
    return "passed"


def verdict_of(attempts):
    if any(one in BAD for one in attempts):
        return "flaky" if "passed" in attempts else "failed"
    return "passed" if "passed" in attempts else attempts[-1]


class Run:
    """What a finished `offload` left: exit code, output, and its junit.xml if there is one."""

    def __init__(self, code, out, err, junit):
        self.code = code
        self.out = out
        self.err = err
        self.junit = None
        if junit.is_file():
            self.junit = ElementTree.parse(str(junit)).getroot()

    @property
    def cases(self):
        """The testcase elements, one for each attempt."""
        assert self.junit is not None, "no junit.xml: " + self.err
        return list(self.junit.iter("testcase"))

    def attempts(self, test):
        """The testcase elements of one test."""
        return [case for case in self.cases if case.get("name") == test]

    @property
    def results(self):
        """The outcomes of its attempts, by test id."""
        results = {}
        for case in self.cases:
            results.setdefault(case.get("name"), []).append(outcome_of(case))
        return results

    @property
    def verdicts(self):
        """passed, failed, flaky, skipped or not run, by test id."""
        return {test: verdict_of(attempts) for test, attempts in self.results.items()}

    def reason(self, test):
        """What the last attempt of the test says went wrong, with its text and output."""
        return "".join(
            "{} {}\n".format(part.get("message", ""), part.text or "")
            for part in self.attempts(test)[-1]
        )

    def __repr__(self):
        return "code {}\n--- out\n{}\n--- err\n{}".format(self.code, self.out, self.err)


# --- Projects -----------------------------------------------------------------------------------


def toml_value(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return json.dumps(value)  # TOML's strings, numbers and booleans look the same


def toml_section(name, keys):
    lines = [f"{key} = {toml_value(value)}" for key, value in keys.items()]
    return "\n".join([f"[{name}]", *lines, ""])


class Project:
    """A project folder. What is started in it gets `env`, with a TMPDIR and a state of its own."""

    def __init__(self, folder):
        self.folder = folder / "project"
        self.temp = folder / "tmp"
        self.folder.mkdir()
        self.temp.mkdir()
        self.mark = uuid.uuid4().hex
        self.started = []
        self.env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "COV", "OFFLOAD_", "NASTY_", "GITHUB_"))
            and name not in ("CI", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", *AGENT_VARIABLES)
        }
        self.env["PATH"] = str(Path(sys.executable).parent) + os.pathsep + self.env["PATH"]
        self.env["TMPDIR"] = str(self.temp)
        # What other runs of this user left behind is no concern of this project.
        self.env["XDG_STATE_HOME"] = str(folder / "state")
        self.env["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        self.env[MARK] = self.mark

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return file

    def script(self, path, text):
        """An executable file."""
        file = self.write(path, text)
        file.chmod(0o755)
        return file

    def read(self, path):
        return (self.folder / path).read_text(encoding="utf-8", errors="replace")

    def lines(self, path):
        """The lines of a file that the tests write; none when there is no such file."""
        file = self.folder / path
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    def copy(self, name):
        """Makes this a copy of a project of tests/projects."""
        ignored = shutil.ignore_patterns("__pycache__", ".pytest_cache")
        shutil.copytree(str(PROJECTS / name), str(self.folder), ignore=ignored, dirs_exist_ok=True)

    def configure(self, max_parallel=2, framework=None, groups=None, provider=None, report=None,
                  checkpoint=None, history=None, file="offload.toml", **offload):
        """Writes an offload.toml; `offload` are further keys of its [offload]."""
        run = {"max_parallel": max_parallel, "sandbox_repo_root": ".", "test_timeout_secs": 60}
        pytest_framework = {"type": "pytest", "command": "python -m pytest"}
        sections = [
            toml_section("offload", dict(run, **offload)),
            toml_section("provider", dict({"type": "local"}, **(provider or {}))),
            toml_section("framework", dict(pytest_framework, **(framework or {}))),
        ]
        for name, keys in (groups or {"all": {}}).items():
            group = dict({"retry_count": 0}, **keys)
            sections.append(toml_section("groups." + json.dumps(name), group))
        if report is not None:
            sections.append(toml_section("report", report))
        if checkpoint is not None:
            sections.append(toml_section("checkpoint", checkpoint))
        if history is not None:
            sections.append(toml_section("history", history))
        return self.write(file, "\n".join(sections))

    def start(self, *arguments, env=None, folder=None, through=None):
        """Starts `offload`, by the words `through` if there are any, and returns at once.

        A variable that is None in `env` is not set.
        """
        wanted = dict(self.env, **(env or {}))
        environment = {name: value for name, value in wanted.items() if value is not None}
        command = [*(through or []), BINARY, *map(str, arguments)]
        started = Started(self, command, environment, folder or self.folder)
        self.started.append(started)
        return started

    def offload(self, *arguments, env=None, timeout=PATIENCE, folder=None):
        """Runs `offload` to its end."""
        return self.start(*arguments, env=env, folder=folder).wait(timeout)

    def processes(self):
        """All processes of this project that live."""
        return marked_processes(self.mark)

    def workers(self):
        return marked_processes(self.mark, "OFFLOAD_SANDBOX_ID")

    def leftovers(self):
        """Processes that are still there. One that was killed may need a moment to be gone."""
        until = time.monotonic() + 3
        while self.processes() and time.monotonic() < until:
            time.sleep(0.01)
        return [Path("/proc", str(pid), "cmdline").read_bytes() for pid in self.processes()]

    def close(self):
        for started in self.started:
            started.process.kill()
            started.process.wait()
        while self.processes():
            for pid in self.processes():
                kill(pid)


def heed_signals():
    """As a terminal starts it: nohup, and shells in the background, have these ignored."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


class Started:
    """An `offload` that runs, in a process group of its own as under a terminal."""

    def __init__(self, project, command, env, folder):
        self.project = project
        self.folder = folder
        number = len(project.started)
        self.out = project.temp.parent / f"out-{number}"
        self.err = project.temp.parent / f"err-{number}"
        with open(self.out, "wb") as out, open(self.err, "wb") as err:
            self.process = subprocess.Popen(
                command, cwd=str(folder), env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                start_new_session=True, preexec_fn=heed_signals,
            )

    def send(self, number):
        kill(self.process.pid, number)

    @property
    def is_running(self):
        return self.process.poll() is None

    def wait(self, timeout=PATIENCE):
        """The finished run. One that does not end in time is killed, and the test fails."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            pytest.fail(f"offload did not end in {timeout} s\n" + self.text_of(self.err))
        junit = self.folder / "test-results" / "junit.xml"
        return Run(code, self.text_of(self.out), self.text_of(self.err), junit)

    @staticmethod
    def text_of(file):
        return file.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path)
    yield made
    made.close()
