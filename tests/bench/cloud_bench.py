# SPDX-License-Identifier: MIT
"""The benchmark `cloud`: hundreds of sandboxes of a pretended cloud, with a cloud's latencies.

The far side is this machine, so all of it is as cheap as possible: the commands are those of
far_side.cpp, and the tests those of sleeping_worker.cpp.
"""

import heapq
import json
import os
import subprocess
import time
from pathlib import Path
from threading import Event, Thread

from measure import WrongRun, check_junit, environment

EXEC_SECONDS = 0.3
DESTROY_SECONDS = 0.2
CONFIG = """\
[offload]
max_parallel = {slots}
sandbox_project_root = "/"

[provider]
type = "default"
create_command = "exec {far_side} create {folder}"
exec_command = "exec {far_side} exec {exec_seconds} {{command}} {{sandbox_id}}"
destroy_command = "exec {far_side} destroy {destroy_seconds} {{sandbox_id}}"
env = {{ BENCH_TIMES = "{folder}/times" }}

[framework]
type = "pytest"
command = "{worker}"

[groups.all]
retry_count = 0

[history]
record_history = "always"
"""


def children_of(pid):
    found = []
    for task in os.listdir(f"/proc/{pid}/task"):
        found += map(int, Path(f"/proc/{pid}/task/{task}/children").read_text().split())
    return found


def resident_kib(pid):
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") // 1024


class Tree:
    """What is seen of a process and all that it has started, by looking now and then."""

    def __init__(self, pid):
        self.pid = pid
        self.own_kib = self.tree_kib = self.processes = self.local = 0
        self.cpu = 0.0
        self.is_gone = Event()

    def watch(self):
        while not self.is_gone.wait(0.5):
            _if_there(lambda _: self.look(), self.pid, None)

    def look(self):
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        self.cpu = sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")
        own = resident_kib(self.pid)
        generation, everyone = children_of(self.pid), []
        local = len(generation)
        while generation:
            everyone += generation
            generation = [child for pid in generation for child in _if_there(children_of, pid, [])]
        theirs = sum(_if_there(resident_kib, pid, 0) for pid in everyone)
        self.own_kib = max(self.own_kib, own)
        self.tree_kib = max(self.tree_kib, own + theirs)
        self.processes = max(self.processes, len(everyone))
        self.local = max(self.local, local)


def _if_there(function, pid, otherwise):
    try:
        return function(pid)
    except (FileNotFoundError, ProcessLookupError):
        return otherwise


def numbers(path):
    return [tuple(map(float, line.split())) for line in path.open()]


def once(bench, project, tests):
    """One run, watched."""
    for name in ("times", "created"):
        (project / name).unlink(missing_ok=True)
    began = time.monotonic()
    env = environment(BENCH_DURATIONS=str(project / "durations"),
                      XDG_STATE_HOME=str(project / "state"))
    with open(project / "log", "w") as log:
        child = subprocess.Popen([str(bench.offload), "run"], cwd=project, env=env, stdout=log,
                                 stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    tree = Tree(child.pid)
    watcher = Thread(target=tree.watch)
    watcher.start()
    try:
        child.wait(300)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    ended = time.monotonic()
    tree.is_gone.set()
    watcher.join()
    times = numbers(project / "times")
    if child.returncode != 0 or len(times) < tests:  # copies of late tests leave notes, too
        said = (project / "log").read_text()[-2000:]
        raise WrongRun(f"{len(times)} tests of {tests} ran: {said}")
    check_junit(project, tests)
    return {"tree": tree, "wall": ended - began, "first_test": min(t[0] for t in times) - began,
            "last_result": max(t[1] for t in times) - began,
            "makespan": max(t[1] for t in times) - min(t[0] for t in times),
            "ups": sorted(up - began for up, in numbers(project / "created"))}


def least_time(ups, durations):
    """When these tests can be done at the earliest by sandboxes that are ready at these times: no
    schedule is better than one that could cut tests in pieces.
    """
    work, done, working = sum(durations), 0.0, 0
    for up, following in zip(ups, [*ups[1:], float("inf")]):
        working += 1
        if done + working * (following - up) >= work:
            return max(up + (work - done) / working, ups[0] + max(durations))
        done += working * (following - up)
    raise ValueError("there is no sandbox")


def listed(ups, durations):
    """When all are done if whoever is free takes the next test, at no cost."""
    free = list(ups)
    heapq.heapify(free)
    return max(heapq.heapreplace(free, free[0] + seconds) + seconds for seconds in durations)


def project_of(bench, name, slots, durations):
    folder = bench.folder / name
    folder.mkdir()
    (folder / "durations").write_text("".join(f"{seconds:.4f}\n" for seconds in durations))
    (folder / "offload.toml").write_text(CONFIG.format(
        slots=slots, folder=folder, worker=bench.program("sleeping_worker"), far_side=bench.program("far_side"),
        exec_seconds=EXEC_SECONDS, destroy_seconds=DESTROY_SECONDS))
    return folder


def scaled(durations, total):
    return [seconds * total / sum(durations) for seconds in durations]


def planned(bench, project, slots):
    """What `offload plan` thinks that the next run takes, by what is recorded by now."""
    said = subprocess.run([str(bench.offload), "plan", "--json"], cwd=project, check=True,
                          stdout=subprocess.PIPE).stdout
    plan = json.loads(said)
    if plan["start_up_source"] != "learned":
        raise WrongRun(f"the start-up of sandboxes was not learned: {plan}")
    return next(run["makespan_secs"] for run in plan["runs"] if run["parallel"] == slots)


def spread(bench, durations):
    slots, total = 200, sum(durations)
    project = project_of(bench, "cloud", slots, durations)
    bound = max(max(durations), total / slots)
    bench.title(f"cloud: {len(durations)} tests of {total:.0f} s in all, the longest "
                f"{max(durations):.2f} s, in {slots} sandboxes that take 1 to 3 s to make and "
                f"{EXEC_SECONDS} s to get into")
    # As the tests are handed out: as they were found, and when durations are known, longest first.
    orders = {"first run": durations, "durations known": sorted(durations, reverse=True)}
    expected = None
    for name, order in orders.items():
        seen = once(bench, project, len(durations))
        end, first = seen["last_result"], seen["ups"][0]
        ready = [up + EXEC_SECONDS for up in seen["ups"]]
        least = least_time(ready, durations)

        def report(what, value, unit="", target=None):
            bench.report("cloud", f"{name}: {what}", value, unit, target)

        report("first sandbox", first, "s")
        report("first test", seen["first_test"], "s")
        report("last result", end, "s")
        report("makespan / (bound + first sandbox)", seen["makespan"] / (bound + first), "", 1.15)
        report("last result / (bound + first sandbox)", end / (bound + first), "", 1.15)
        report("  the least that these sandboxes allow", least / (bound + first))
        report("last result / the least these sandboxes allow", end / least, "", 1.15)
        report("  the same of whoever is free takes the next", listed(ready, order) / least)
        report("from the last result to the end, less a destruction",
               seen["wall"] - end - DESTROY_SECONDS, "s", 0.3)
        if expected:
            report("simulated from the run before", expected, "s")
            report("simulated / real, from the run before", expected / end)
        expected = planned(bench, project, slots)
    for name, off in (("simulated / real", expected / end),
                      ("  how far that is from 1", abs(expected / end - 1))):
        bench.report("cloud", f"from both runs: {name}", off, "", 0.1 if "far" in name else None)


def crowd(bench, slots):
    durations = [4.0] * 2 * slots
    seen = once(bench, project_of(bench, "crowd", slots, durations), len(durations))
    tree = seen["tree"]
    bench.title(f"cloud: {slots} live sandboxes, {len(durations)} tests of 4 s")
    bench.report("cloud", "offload: memory", tree.own_kib / 1024, "MiB")
    bench.report("cloud", "offload and all it has started: memory", tree.tree_kib / 1024, "MiB")
    bench.report("cloud", "offload: processor time", tree.cpu, "s")
    bench.report("cloud", "local processes a sandbox", tree.local / slots, "", 1.0)
    bench.report("cloud", "the same with those of the far side", tree.processes / slots, "")
    bench.report("cloud", "last result", seen["last_result"], "s")


def cloud(bench):
    real = [float(line) for line in (Path(__file__).parent / "data/heavy_durations.txt").open()]
    spread(bench, scaled((real + real)[:800], 400.0))
    crowd(bench, 100 if bench.quick else 500)
