# SPDX-License-Identifier: MIT
"""The benchmark `modal`: a run in 200 sandboxes of a pretended Modal, in two ways.

`type = "modal"` has one process for all sandboxes; `type = "default"`, with the commands of the
bundled script, has one for each operation. The server (tests/modal/pretend_modal.py) and what runs
in its sandboxes are on this machine, but only what the offload command has started is counted.
"""

import importlib.util
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cloud_bench import children_of, listed, numbers
from measure import WrongRun, check_junit, environment

PRETEND = Path(__file__).resolve().parents[1] / "modal"
sys.path.append(str(PRETEND))
from two_ways import WAYS  # noqa: E402: what the tests of Modal run, too

SLOTS = 200
TESTS = 345
TEST_SECONDS = 0.6
LATENCY = 0.02  # of each call
CREATE_SECONDS = 1.0
LONGEST_RUN = 300
CONFIG = """\
[offload]
max_parallel = {slots}
sandbox_repo_root = "/"

[provider]
{provider}env = {{ BENCH_TIMES = "{folder}/times" }}

[framework]
type = "pytest"
command = "{worker}"

[groups.all]
retry_count = 0
"""


def memory_kib(pid):
    """What a process takes, of what it shares with others its part; and what it is called."""
    try:
        words = Path(f"/proc/{pid}/smaps_rollup").read_text().split()
        return int(words[words.index("Pss:") + 1]), Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return 0, ""


class Watched:
    """The most memory and the most processes of a process and all that it has started."""

    def __init__(self, pid):
        self.pid = pid
        self.kib = self.own_kib = self.processes = self.pythons = 0

    def look(self):
        everyone, generation = [], [self.pid]
        while generation:
            everyone += generation
            generation = [child for pid in generation for child in self._children(pid)]
        found = [memory_kib(pid) for pid in everyone]
        self.own_kib = max(self.own_kib, found[0][0])
        self.kib = max(self.kib, sum(kib for kib, _ in found))
        self.processes = max(self.processes, len(everyone))
        self.pythons = max(self.pythons, sum(name.startswith("python") for _, name in found))

    @staticmethod
    def _children(pid):
        try:
            return children_of(pid)
        except OSError:
            return []


class ServerOfModal:
    """pretend_modal.py, started as its tests do."""

    def __init__(self, folder):
        spec = importlib.util.spec_from_file_location("modal_conftest", PRETEND / "conftest.py")
        conftest = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(conftest)
        self.modal = conftest.Modal(folder, "--plain", "--latency", str(LATENCY))

    def __enter__(self):
        return self.modal

    def __exit__(self, *_):
        self.modal.stop()


def once(bench, modal, project):
    """One run, watched: its wall time, processor time, memory, and what its tests have noted."""
    (project / "times").unlink(missing_ok=True)
    env = environment(BENCH_DURATIONS=str(project / "durations"), **modal.env,
                      VIRTUAL_ENV=sys.prefix, XDG_STATE_HOME=str(project / "state"),
                      XDG_CACHE_HOME=str(project / "cache"),
                      UV_CACHE_DIR=os.environ.get("UV_CACHE_DIR") or str(Path.home() / ".cache/uv"),
                      PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    modal.fault("SandboxCreateV2", delay=CREATE_SECONDS)
    began = time.monotonic()
    with open(project / "log", "w") as log:
        child = subprocess.Popen([str(bench.offload), "run"], cwd=project, env=env, stdout=log,
                                 stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    watched = Watched(child.pid)
    while child.poll() is None:
        watched.look()
        time.sleep(0.3)
        if time.monotonic() - began > LONGEST_RUN:
            child.kill()
    wall = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    times = numbers(project / "times") if (project / "times").exists() else []
    if child.returncode != 0 or len(times) < TESTS:  # copies of late tests leave notes, too
        said = (project / "log").read_text()[-2000:]
        raise WrongRun(f"{len(times)} tests of {TESTS} ran: {said}")
    check_junit(project, TESTS)
    return {"watched": watched, "wall": wall, "began": began,
            "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
            "end": max(t[1] for t in times) - began,
            "ups": sorted(one["up"] - began for one in modal.state["sandboxes"].values())}


def project_of(bench, folder, way):
    project = folder / way
    project.mkdir()
    (project / "durations").write_text(f"{TEST_SECONDS}\n" * TESTS)
    (project / "Dockerfile").write_text("FROM debian:12\n")
    (project / "offload.toml").write_text(CONFIG.format(
        slots=SLOTS, folder=project, worker=bench.program("sleeping_worker"),
        provider=WAYS[way]))
    return project


def report(bench, way, seen):
    watched = seen["watched"]
    for what, value, unit in (
            ("whole run", seen["wall"], "s"), ("last result", seen["end"], "s"),
            ("processor time", seen["cpu"], "s"), ("memory", watched.kib / 1024, "MiB"),
            ("of it offload", watched.own_kib / 1024, "MiB"),
            ("processes at once", watched.processes, ""),
            ("of them Python", watched.pythons, "")):
        bench.report("modal", f"{way}: {what}", value, unit)


def modal(bench):
    # The tests leave their notes where sandboxes and this machine see the same files.
    with tempfile.TemporaryDirectory(prefix="offload-bench-", dir="/dev/shm") as temporary:
        folder = Path(temporary)
        (bench.folder / "modal-server").mkdir()
        with ServerOfModal(bench.folder / "modal-server") as server:
            bench.title(f"modal: {TESTS} tests of {TEST_SECONDS} s in {SLOTS} sandboxes that take "
                        f"{CREATE_SECONDS} s to make; {1000 * LATENCY:.0f} ms a call")
            seen = {}
            for way in WAYS:
                seen[way] = once(bench, server, project_of(bench, folder, way))
                report(bench, way, seen[way])
                server.ask("POST", "/reset")
    ours, theirs = seen["modal"], seen["default"]
    if ours["watched"].pythons > 1:
        raise WrongRun(f"the run had {ours['watched'].pythons} Python processes")
    bench.report("modal", "modal / default: whole run", ours["wall"] / theirs["wall"], "")
    bench.report("modal", "modal / default: processor time", ours["cpu"] / theirs["cpu"], "", 0.1)
    bench.report("modal", "modal / default: memory",
                 ours["watched"].kib / theirs["watched"].kib, "", 0.1)
    # No schedule of tests that all take the same is better than this one.
    bound = listed(ours["ups"], [TEST_SECONDS] * TESTS)
    bench.report("modal", "modal: first sandbox", ours["ups"][0], "s")
    bench.report("modal", "modal: last sandbox", ours["ups"][-1], "s")
    bench.report("modal", "modal: last result / bound", ours["end"] / bound, "", 1.15)
