# SPDX-License-Identifier: MIT
"""Starts the plugin in a real pytest on a small project and talks its protocol."""

import json
import os
import select
import subprocess
import sys
import textwrap
import time
import zlib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
PLUGIN_FOLDER = REPOSITORY / "src" / "framework"
PROJECTS = REPOSITORY / "tests" / "projects"
PATIENCE = 30.0


class Worker:
    """A process that runs `pytest -p offload_pytest` in `folder`.

    Plugins installed next to pytest stay out unless `autoload` is set, so that a test means the
    same everywhere. `first_request` goes into the environment instead of standard input.
    """

    def __init__(self, folder, *arguments, env=None, autoload=False, first_request=None,
                 python=sys.executable):
        environment = clean_environment(autoload)
        environment["PYTHONPATH"] = str(PLUGIN_FOLDER)
        environment["OFFLOAD_WORKER"] = "1"
        environment.update(env or {})
        if first_request is not None:
            environment["OFFLOAD_REQUEST"] = json.dumps(first_request)
        self.seen = []
        self._unread = b""
        self._expected = 0  # the number of the next event
        self._deadline = time.monotonic() + PATIENCE
        self._errors_path = Path(str(folder)) / "worker-stderr"
        with open(str(self._errors_path), "wb") as errors:
            self.process = subprocess.Popen(
                [str(python), "-m", "pytest", "-p", "offload_pytest", *map(str, arguments)],
                cwd=str(folder),
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    @property
    def errors(self):
        return self._errors_path.read_text(errors="replace")

    def ask(self, do, **fields):
        self.process.stdin.write(json.dumps(dict(fields, do=do)).encode() + b"\n")
        self.process.stdin.flush()

    def hang_up(self):
        self.process.stdin.close()

    def event(self):
        """The next event, or None at the end of the stream."""
        descriptor = self.process.stdout.fileno()
        while b"\n" not in self._unread:
            left = self._deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise AssertionError("no event in time after {}".format(self.seen[-3:]))
            received = os.read(descriptor, 65536)
            if not received:
                assert not self._unread, "the stream ends within a record"
                return None
            self._unread += received
        record, _, self._unread = self._unread.partition(b"\n")
        assert record[:1] == b"\x1e", record
        event = self._unsealed(record[1:])
        self.seen.append(event)
        return event

    def _unsealed(self, record):
        """The event of a record, without its number and its checksum, which have to be right."""
        event = json.loads(record.decode("ascii"))
        body, seal = record.rsplit(b',"crc":', 1)
        assert seal == '"{:08x}"}}'.format(zlib.crc32(body)).encode(), record
        del event["crc"]
        assert event.pop("n") == self._expected, record
        self._expected = 0 if event["event"] in ("discovered", "failed") else self._expected + 1
        return event

    def until(self, *names):
        """All events up to and with the first that bears one of the names."""
        events = []
        while True:
            event = self.event()
            assert event is not None, "ended after {}:\n{}".format(events[-3:], self.errors)
            events.append(event)
            if event["event"] in names:
                return events

    def hello(self):
        return self.until("hello")[-1]

    def discover(self, *groups):
        """Discovers in `groups`, by default one of everything; returns tests and last event."""
        self.ask("discover", groups=list(groups) or [{"name": "all"}])
        events = self.until("discovered", "failed")
        tests = [t for e in events if e["event"] == "listed" for t in e["tests"]]
        return tests, events[-1]

    def run(self, *tests, batch=1, after=("idle", {})):
        """Runs `tests` as one batch, answers "next" by `after`; returns its events."""
        self.ask("run", batch=batch, tests=list(tests))
        events = self.until("next", "done")
        if events[-1]["event"] == "next":
            self.ask(after[0], **after[1])
            events += self.until("done")
        return events

    def stream(self, *batches):
        """Runs `batches`, each but the first as the answer to "next" where it is asked."""
        events = []
        sent = done = 0
        while done < len(batches):
            if sent == done:
                self.ask("run", batch=sent + 1, tests=batches[sent])
                sent += 1
            events += self.until("next", "done")
            if events[-1]["event"] == "done":
                done += 1
            elif sent < len(batches):
                self.ask("run", batch=sent + 1, tests=batches[sent])
                sent += 1
            else:
                self.ask("idle")
        return events

    def outcomes(self, *tests):
        """Runs `tests` and returns their outcomes by id."""
        return {e["id"]: e["outcome"] for e in finished(self.run(*tests))}

    def result(self, test):
        """Runs one test and returns its "finished"."""
        (event,) = finished(self.run(test))
        return event

    def rest(self):
        """All events to the end of the stream."""
        events = []
        while True:
            event = self.event()
            if event is None:
                return events
            events.append(event)

    def finish(self):
        """Ends the worker; returns the remaining events and the exit status."""
        self.ask("finish")
        return self.rest(), self.process.wait(PATIENCE)

    def close(self):
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def finished(events):
    return [event for event in events if event["event"] == "finished"]


def names(events):
    return [event["event"] for event in events]


def clean_environment(autoload):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST_", "COV", "OFFLOAD_"))
    }
    if not autoload:
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return environment


class Project:
    """A folder with test files. It has a pytest.ini, so it is its own root directory."""

    def __init__(self, folder):
        self.folder = folder
        self.workers = []
        self.write("pytest.ini", "[pytest]\nmarkers =\n    slow\n    db\n")

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text), encoding="utf-8")
        return file

    def start(self, *arguments, folder=None, **options):
        worker = Worker(folder or self.folder, *arguments, **options)
        self.workers.append(worker)
        return worker

    def worker(self, *arguments, **options):
        """A worker that has said hello."""
        worker = self.start(*arguments, **options)
        worker.hello()
        return worker


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    project = Project(folder)
    yield project
    for worker in project.workers:
        worker.close()
