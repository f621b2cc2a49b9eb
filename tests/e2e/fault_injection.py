#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a suite through the pretended cloud of tests/projects/pretend_cloud, with faults.

usage: fault_injection.py [--times N] [--at-once N] [--first-seed N] [--kill]

Each time has another seed, and ends well when every test has its one right verdict, the exit code
is right, and nothing is left: no sandbox, no process, no entry in the journal. With --kill Offload
itself is killed at some moment, and it is the next run that must end so. OFFLOAD_BINARY is the
command, build/dev/offload unless said.
"""

import argparse
import random
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from conftest import PROJECTS, Project

CLOUD = PROJECTS / "pretend_cloud"

# Small times, or a hundred runs take an hour. As a sandbox needs few commands, the chances are more
# than those of a bad day.
FAULTS = {"create_ms_min": 50, "create_ms_max": 300, "exec_ms": 20, "exec_dies": 15, "vanishes": 8,
          "create_fails": 10, "create_fails_late": 5, "destroy_fails": 30, "slow": 5,
          "moment_ms": 1500}


class Cloud:
    """A project whose sandboxes are of a pretended cloud."""

    def __init__(self, project, seed, **faults):
        self.project = project
        self.folder = project.temp.parent
        project.copy("pretend_cloud/project")
        shutil.copy(CLOUD / "cloud", self.folder)
        self.have(seed=seed, **dict(FAULTS, **faults))
        script = shlex.quote(str(self.folder / "cloud"))
        project.configure(
            max_parallel=3,
            speculative_retries=seed % 2 == 0,
            provider={"type": "default", "create_command": script + " create",
                      "exec_command": script + " exec {sandbox_id} {command}",
                      "destroy_command": script + " destroy {sandbox_id}",
                      "env": {"NOTES": str(self.folder)}},
            groups={"all": {"retry_count": 2}})

    def have(self, **faults):
        lines = "".join(f"{name}={value}\n" for name, value in faults.items())
        (self.folder / "faults").write_text(lines)

    @property
    def log(self):
        file = self.folder / "cloud.log"
        return file.read_text() if file.exists() else ""

    def forget_runs(self):
        (self.folder / "flaky").unlink(missing_ok=True)

    def wrongs(self, run):
        """What is not as it has to be after a run; empty when all is well."""
        return [*wrong_verdicts(run, self.flaky_runs()), *self.what_is_left()]

    def flaky_runs(self):
        file = self.folder / "flaky"
        return len(file.read_text().splitlines()) if file.exists() else 0

    def what_is_left(self):
        """Of sandboxes, processes and what was written down about them."""
        boxes = self.folder / "boxes"
        leftovers = self.project.leftovers()  # first: what the cloud does itself may take a moment
        for box in sorted(boxes.iterdir()) if boxes.exists() else []:
            yield f"{box.name} is left"
        for gone in self.folder.glob("gone-*"):
            yield f"{gone.name} is left"
        for process in leftovers:
            yield f"a process is left: {process}"
        for entry in (self.folder / "state").rglob("*"):
            if entry.parent.name == "sandboxes" or entry.suffix == ".id":
                yield f"the journal holds {entry.name}"
        for file in [*self.project.temp.iterdir(), *self.files_in_sandboxes()]:
            yield f"{file} is left"

    def files_in_sandboxes(self):
        """Offload's own. The sandboxes of this cloud have their /tmp in common with this machine,
        so what was in one that vanished stays: nobody can get into it any more.
        """
        for env in Path("/tmp").glob("offload-*/env"):
            text = env.read_text()
            box = re.search("OFFLOAD_SANDBOX_ID='?(box-[0-9]+)", text)
            if str(self.folder) in text and f"vanishes {box[1]}\n" not in self.log:
                yield env.parent


def expected_verdicts():
    """The ids of the suite; each name ends with its verdict, before the parameter."""
    verdicts = {}
    for file, name, count in (("first", "quick_passes", 12), ("first", "slow_passes", 4),
                              ("second", "other_passes", 6)):
        for number in range(count):
            verdicts[f"test_{file}.py::test_{name}[{number}]"] = "passed"
    verdicts["test_first.py::test_flaky_is_flaky"] = "flaky"
    for name in ("sum", "broken"):
        verdicts[f"test_second.py::test_{name}_fails"] = "failed"
    for name in ("elsewhere", "late", "known"):
        verdicts[f"test_second.py::test_{name}_is_skipped"] = "skipped"
    return verdicts


def wrong_verdicts(run, flaky_runs):
    if run.code != 1:
        yield f"the exit code is {run.code}"
    if run.junit is None:
        yield "there is no junit.xml"
        return
    expected, verdicts = expected_verdicts(), run.verdicts
    for test in sorted(expected.keys() | verdicts.keys()):
        got = verdicts.get(test, "missing")
        # When the news of its failure got lost with a sandbox, nobody can know that it was flaky.
        if test.endswith("flaky") and got == "passed" and flaky_runs > 1:
            continue
        if got != expected.get(test):
            yield f"{test} is {got}, not {expected.get(test)}: {run.results.get(test)}"
    for test, attempts in run.results.items():
        if expected.get(test) == "failed" and len(attempts) != 3:
            yield f"{test} was tried {len(attempts)} times, not 3"


def one_time(seed, kill, folder):
    """Returns what went wrong, and the cloud's log."""
    project = Project(folder)
    try:
        cloud = Cloud(project, seed)
        if kill:
            began = project.start("run")
            time.sleep(random.Random(seed).uniform(0, 4))
            began.send(signal.SIGKILL)
            began.process.wait()
            cloud.forget_runs()
        run = project.offload("run")
        wrongs = list(cloud.wrongs(run))
        return wrongs, f"{run!r}\n--- cloud\n{cloud.log}" if wrongs else cloud.log
    finally:
        project.close()
        for env in Path("/tmp").glob("offload-*/env"):  # of sandboxes that vanished
            if str(folder) in env.read_text():
                shutil.rmtree(env.parent)


def main():
    parser = argparse.ArgumentParser(description="runs a suite through a cloud with faults")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--kill", action="store_true", help="kill Offload; look at the next run")
    options = parser.parse_args()

    def timed(seed):
        with tempfile.TemporaryDirectory(prefix="offload-faults-") as folder:
            return seed, *one_time(seed, options.kill, Path(folder))

    seeds = range(options.first_seed, options.first_seed + options.times)
    bad, faults = 0, 0
    with ThreadPoolExecutor(options.at_once) as pool:
        for seed, wrongs, log in pool.map(timed, seeds):
            faults += sum(log.count(f" {name}") for name in
                          ("exec-dies", "vanishes", "create-fails", "destroy-fails", "slow"))
            bad += bool(wrongs)
            for wrong in wrongs:
                print(f"seed {seed}: {wrong}")
            if wrongs:
                print(log)
            sys.stdout.flush()
    print(f"{options.times - bad} of {options.times} times all was right, through {faults} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
