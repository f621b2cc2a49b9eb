#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a suite in pretended Modal's sandboxes, with faults.

usage: fault_injection.py [--times N] [--first-seed N] [--kill]

Each time has another seed, and ends well when every test has its one right verdict, the exit code
is right, and nothing is left: no sandbox, no process, no entry in the journal. Calls to Modal fail,
hang for a moment or are refused; sandboxes are preempted; the script's process is killed, or
stopped. With --kill Offload and that process are killed at some moment, and it is the next run that
must end so. OFFLOAD_BINARY is the command, build/dev/offload unless said.
"""

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from conftest import Modal, Project, loaded, modal_environment, send, services_of

suite = loaded("e2e/fault_injection.py")

CONFIG = """\
[offload]
max_parallel = 3
test_timeout_secs = 60
sandbox_repo_root = "/app"
speculative_retries = {ahead}

[provider]
type = "modal"
dockerfile = "Dockerfile"
env = {{ NOTES = "{notes}" }}

[framework]
type = "pytest"
command = "python -m pytest"

[groups.all]
retry_count = 2
"""
REFUSALS = [{"status": "RESOURCE_EXHAUSTED"}, {"status": "UNAVAILABLE"}, {"status": "INTERNAL"},
            {"delay": 1.0}]
LOST_CALLS = [{"status": "UNAVAILABLE"}, {"delay": 0.5}]
# Which calls meet which faults.
CALLS = {"SandboxCreateV2": REFUSALS, "SandboxTerminateV2": REFUSALS, "TaskExecStart": LOST_CALLS,
         "TaskExecStdioRead": LOST_CALLS, "TaskExecStdinWrite": LOST_CALLS,
         "TaskExecWait": LOST_CALLS, "SandboxWaitV2": LOST_CALLS}
STOPPED_SECONDS = 6  # shorter than a service that hangs is waited for


class Weather:
    """What happens at Modal, and to the script's process, by the luck of a seed."""

    def __init__(self, seed, modal, project):
        self.luck = random.Random(seed)
        self.modal = modal
        self.project = project
        self.met = Counter()

    def rule(self):
        """The faults of calls: each for one or two of the first ten calls."""
        for call, faults in CALLS.items():
            if self.luck.random() < 0.5:
                self.modal.fault(call, times=self.luck.randint(1, 2),
                                 after=self.luck.randint(0, 9), **self.luck.choice(faults))
                self.met[call] += 1

    def strike(self, over):
        """At moments of the run until it is over."""
        blows = self.luck.sample([self.preempt, self.preempt, self.kill, self.stop],
                                 self.luck.randint(0, 2))
        for blow in blows:
            if over.wait(self.luck.uniform(1, 4)):
                return
            blow()

    def preempt(self):
        if alive := self.modal.alive:
            self.modal.ask("POST", f"/preempt/{self.luck.choice(alive)}")
            self.met["preemption"] += 1

    def kill(self):
        for pid in services_of(self.project):
            send(pid, signal.SIGKILL)
            self.met["kill"] += 1

    def stop(self):
        for pid in services_of(self.project):
            send(pid, signal.SIGSTOP)
            self.met["stop"] += 1
            time.sleep(STOPPED_SECONDS)
            send(pid, signal.SIGCONT)


def project_of(modal, folder, notes, seed):
    project = Project(folder)
    project.copy("pretend_cloud/project")
    project.env |= modal_environment(modal, folder)
    project.write("Dockerfile", "FROM python:3.12-slim\nCOPY . /app\nWORKDIR /app\n")
    project.write("offload.toml",
                  CONFIG.format(notes=notes, ahead="true" if seed % 2 else "false"))
    return project


def wrongs(run, modal, project, notes):
    """What is not as it has to be after a run; empty when all is well."""
    flaky = notes / "flaky"
    runs = len(flaky.read_text().splitlines()) if flaky.exists() else 0
    yield from suite.wrong_verdicts(run, runs)
    for one in modal.alive:
        yield f"sandbox {one} is left"
    for process in project.leftovers():
        yield f"a process is left: {process}"
    for entry in Path(project.env["XDG_STATE_HOME"]).rglob("*.id"):
        yield f"the journal holds {entry.name}"
    for file in project.temp.iterdir():
        if not file.name.startswith("uv-"):  # uv's own locks
            yield f"{file} is left"


def killed_run(project, luck):
    """A run that is killed at some moment, with the process that serves it."""
    began = project.start("run")
    time.sleep(luck.uniform(0, 6))
    services = services_of(project)
    began.send(signal.SIGKILL)
    for pid in services:
        send(pid, signal.SIGKILL)
    began.process.wait()


def one_time(modal, seed, kill, folder):
    """Returns what went wrong, what the run said, and which faults there were."""
    with tempfile.TemporaryDirectory(prefix="offload-test-", dir="/dev/shm") as notes:
        project = project_of(modal, folder, notes, seed)
        weather = Weather(seed, modal, project)
        try:
            if kill:
                killed_run(project, weather.luck)
                (Path(notes) / "flaky").unlink(missing_ok=True)
            weather.rule()
            over = threading.Event()
            striking = threading.Thread(target=weather.strike, args=(over,))
            striking.start()
            run = project.offload("run", timeout=240)
            over.set()
            striking.join()
            return list(wrongs(run, modal, project, Path(notes))), repr(run), weather.met
        finally:
            project.close()
            modal.ask("POST", "/reset")


def main():
    parser = argparse.ArgumentParser(description="runs a suite through a Modal with faults")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--kill", action="store_true", help="kill Offload; look at the next run")
    options = parser.parse_args()
    bad, faults = 0, Counter()
    with tempfile.TemporaryDirectory(prefix="offload-modal-") as server:
        modal = Modal(Path(server, "m"))
        for seed in range(options.first_seed, options.first_seed + options.times):
            with tempfile.TemporaryDirectory(prefix="offload-faults-") as folder:
                wrong, said, met = one_time(modal, seed, options.kill, Path(folder))
            faults += met
            bad += bool(wrong)
            for one in wrong:
                print(f"seed {seed}: {one}")
            if wrong:
                print(said)
            sys.stdout.flush()
        modal.stop()
    print(f"{options.times - bad} of {options.times} times all was right, through "
          f"{sum(faults.values())} faults: {dict(faults)}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
