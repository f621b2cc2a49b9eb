# SPDX-License-Identifier: MIT
"""Runs the Modal script and the offload command with Modal's real client against a server of ours.

Deprecated calls of Modal's client are errors in all of them.
"""

import base64
import importlib.util
import json
import os
import select
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from pretend_boxes import why_no_boxes

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
SCRIPT = REPOSITORY / "src" / "provider" / "modal_sandbox.py"
PATIENCE = 90.0


def loaded(path):
    """A module of other tests, by its path below tests/."""
    spec = importlib.util.spec_from_file_location(Path(path).stem, REPOSITORY / "tests" / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# The projects and runs of the end-to-end tests.
e2e = loaded("e2e/conftest.py")
PROJECTS, Project = e2e.PROJECTS, e2e.Project
eventually, send = e2e.eventually, e2e.kill


class Modal:
    """The server, and how to reach it."""

    def __init__(self, folder, *arguments):
        self.log = folder.with_name(folder.name + ".log")
        environment = {**os.environ, "VIRTUAL_ENV": sys.prefix,
                       "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "pretend_modal.py"), "--folder", str(folder),
                 *arguments], stdout=subprocess.PIPE, stderr=log, env=environment)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        told = self.process.stdout.readline() if ready else b""
        assert told, "the server does not start: " + self.log.read_text()
        self.about = json.loads(told)

    @property
    def env(self):
        return {
            "MODAL_SERVER_URL": self.about["url"],
            "MODAL_TOKEN_ID": self.about["token_id"],
            "MODAL_TOKEN_SECRET": self.about["token_secret"],
            "MODAL_CONFIG_PATH": os.devnull,
            "PYTHONWARNINGS": "error::UserWarning,error::DeprecationWarning:modal",
            "UV_PYTHON_DOWNLOADS": "never",
        }

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.about["pages"] + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def fault(self, rpc, **what):
        """Switches a fault on: `status` and `message`, `delay`, `hang`; `times`, and `after`."""
        self.ask("POST", "/faults", {"rpc": rpc, **what})

    @property
    def state(self):
        return self.ask("GET", "/state")

    @property
    def alive(self):
        """The ids of the sandboxes that run."""
        return [one for one, about in self.state["sandboxes"].items() if about["alive"]]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="session")
def shared_modal(tmp_path_factory):
    if why := why_no_boxes():
        # As in a container: absolute paths of an image then mean those of this machine.
        pytest.skip(f"the pretended Modal cannot make its sandboxes here: {why}")
    server = Modal(tmp_path_factory.mktemp("m"))
    yield server
    server.stop()


@pytest.fixture
def modal(shared_modal):
    """The server, without faults and sandboxes of other tests."""
    yield shared_modal
    shared_modal.ask("POST", "/reset")


class Ended:
    """What a command of the script left."""

    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode(errors="surrogateescape")
        self.err = done.stderr.decode(errors="replace")

    @property
    def last(self):
        return self.out.rstrip("\n").rpartition("\n")[2]

    def __repr__(self):
        return f"code {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class Script:
    """modal_sandbox.py, run by this Python, which has the modal of tests/requirements.txt."""

    def __init__(self, modal, folder):
        self.modal = modal
        self.folder = folder
        folder.mkdir()

    def start(self, *arguments, env=None, **streams):
        environment = {**os.environ, **self.modal.env, **(env or {})}
        return subprocess.Popen(
            [sys.executable, str(SCRIPT), *map(str, arguments)], cwd=self.folder,
            env={name: value for name, value in environment.items() if value is not None},
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
               **streams})

    def __call__(self, *arguments, given=b"", env=None, timeout=PATIENCE):
        process = self.start(*arguments, env=env, stdin=subprocess.PIPE)
        try:
            out, err = process.communicate(given, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            pytest.fail(f"{arguments} did not end in {timeout} s: {process.communicate()}")
        return Ended(subprocess.CompletedProcess(arguments, process.returncode, out, err))

    def write(self, path, text, mode=0o644):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def image(self, text="FROM python:3.11\nWORKDIR /app\n"):
        """The id of an image of this Dockerfile."""
        self.write("Dockerfile", text)
        built = self("prepare", "Dockerfile")
        assert built.code == 0, built
        return built.last

    def sandbox(self, image=None, *arguments):
        """The id of a new sandbox."""
        made = self("create", image or self.image(), *arguments)
        assert made.code == 0, made
        return made.last


@pytest.fixture
def script(modal, tmp_path):
    return Script(modal, tmp_path / "script")


def modal_environment(modal, folder):
    """What lets runs reach the server, with a cache of scripts and a journal of their own."""
    return {**modal.env, "VIRTUAL_ENV": sys.prefix, "XDG_CACHE_HOME": str(folder / "cache"),
            "XDG_STATE_HOME": str(folder / "state"),
            "UV_CACHE_DIR": str(REPOSITORY / "build" / "uv"), "UV_OFFLINE": "1"}


def services_of(project):
    """The processes of the script that serve runs of a project."""
    found = []
    for pid in project.processes():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"serve" in words and b"python" in words[0].rpartition(b"/")[2]:
            found.append(pid)
    return found


@pytest.fixture
def project(modal, tmp_path):
    """A project whose runs reach the server."""
    made = Project(tmp_path)
    made.env |= modal_environment(modal, tmp_path)
    yield made
    made.close()


class Serve:
    """`modal_sandbox.py serve`, and all it has said so far."""

    def __init__(self, process):
        self.process = process
        self.said = []
        self.count = 0
        self.reading = threading.Event()
        self.reading.set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in self.process.stdout:
            self.reading.wait()
            self.said.append(json.loads(line))

    def ask(self, op, **what):
        """Sends a request and gives its id."""
        self.count += 1
        self.send(json.dumps({"id": self.count, "op": op, **what}))
        return self.count

    def send(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def events(self, request, event):
        return [one for one in self.said if one.get("id") == request and one.get("event") == event]

    def output(self, request, stream="stdout"):
        return b"".join(
            one["text"].encode() if "text" in one else base64.b64decode(one["base64"])
            for one in list(self.said) if one.get("id") == request and one.get("event") == stream)

    def answer(self, request, timeout=PATIENCE):
        """The final answer to a request, which comes once."""

        def found():
            return [one for one in list(self.said)
                    if one.get("id") == request and ("ok" in one or "error" in one)]

        answers = eventually(found, timeout)
        assert len(answers) == 1
        return answers[0]

    def ok(self, op, **what):
        answer = self.answer(self.ask(op, **what))
        assert "ok" in answer, answer
        return answer["ok"]

    def error(self, op, **what):
        answer = self.answer(self.ask(op, **what))
        assert "error" in answer, answer
        return answer["error"]

    def end(self, timeout=PATIENCE):
        """Closes its standard input; gives its exit code."""
        self.process.stdin.close()
        return self.process.wait(timeout)


@pytest.fixture
def serve(script):
    """Starts a `serve` of the test's own."""
    started = []

    def start(**options):
        process = script.start("serve", stdin=subprocess.PIPE, stderr=None, **options)
        started.append(process)
        return Serve(process)

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def shared_server(shared_modal, tmp_path_factory):
    starting = Script(shared_modal, tmp_path_factory.mktemp("shared") / "script")
    server = Serve(starting.start("serve", stdin=subprocess.PIPE, stderr=None))
    yield server
    assert server.end() == 0


@pytest.fixture
def server(shared_server, modal):
    """A `serve` that other tests have used and will use."""
    return shared_server
