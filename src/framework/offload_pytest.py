# SPDX-License-Identifier: MIT
"""The pytest end of Offload: lists a project's tests and runs them one by one in a warm process.

Offload starts `<the user's pytest command> -p offload_pytest` with OFFLOAD_WORKER=1 in the
environment. Without that variable this file does nothing at all.

Requests come as one JSON object a line on standard input (or a single one in the environment
variable OFFLOAD_REQUEST; standard input is then left alone):

    {"do": "discover", "groups": [{"name": "fast", "mark": "not slow", "keyword": null}]}
    {"do": "run", "batch": 7, "tests": ["tests/test_a.py::test_x[1]"]}
    {"do": "run", ..., "filters": [["-m", "slow"], []], "of": [1]}: the filters of groups, and for each
                test the position of those for which it runs
    {"do": "idle"}      only as an answer to "next": nothing to do now, but stay
    {"do": "finish"}    tear everything down and end; so does the end of the input

Events go to what was standard output when the process started, as JSON text sequences
(RFC 7464: a 0x1e byte, one JSON object in ASCII, a newline). The last two members of each are "n",
which counts from 0, and anew after a listing and "forks", and "crc", the CRC-32 of the bytes before `,"crc":`.
Halves of characters in texts, ids too, are written out as six characters: \\ud800.

    hello       pytest, python, pid, rootdir, maxfail: ready for the first request
    collecting  file: it is about to be imported, for a listing or for a batch; not said when a worker
                collects the whole project to run a part
    collected   the files of the next batch have been imported, before the last test of this one is
                torn down
    listed      tests: at most 500 of {id, file, line, groups, unit, dependent, alone}; tests with the
                same unit stay together, and where they are dependent a test runs again only after
                the tests of its unit before it; alone is true for a file that could not be
                collected: it has no fixtures to share with others
                problem says why, unless it was skipped as a whole
    discovered  count, shareable: false when a conftest or plugin looks at -m or -k itself, so that
                each group must be collected on its own, with its options on the command line
    failed      text: the request could not be carried out
    started     batch, id
    finished    batch, id, outcome, seconds, message, text, stdout, stderr, log, file, line; what is
                empty or unknown is left out
    unknown     batch, id, text: there is no such test here
    next        the last test of a batch is about to be torn down: what comes after it?
    done        batch
    stop        batch, text: a test ended the whole session; this process ends too
    bye         the session is over
    forks       why: workers cannot be forks of this process, which was asked for that by the variable
                OFFLOAD_FORKS; without it, they can from now on. See offload_pytest_forks.py

Fixtures live as long as they would in one plain run, across batches: pytest decides what to tear
down by looking at the following test. For the last test of a batch a stand-in takes that place. It
sends "next" only when pytest looks at it, waits for the answer, and then stands for the first test
of the following batch, or for none. "next" is asked once for every batch in which a test can run,
again when the answer is a batch in which none can, and never when the request came from
OFFLOAD_REQUEST.
"""

import contextlib
import os
import sys

import pytest
from _pytest.outcomes import Exit

from offload_pytest_channel import Channel, printable, with_halves
from offload_pytest_collection import HAS_DIRECTORY_NODES, Collection
from offload_pytest_options import UNCHECKED_SNAPSHOTS, Options, QuietReporter, selected
from offload_pytest_units import Units, imports_depends
from offload_pytest_verdict import (
    failure_message,
    file_of,
    first_line,
    head_and_tail,
    judge,
    output,
    place,
    reason_of,
    skip_reason,
    without,
)

LISTED_AT_ONCE = 500
READS_SELECTION = (
    "a conftest or plugin reads -m or -k when pytest starts: it sees those of a group while its tests "
    "are listed, but not while they run, and may skip tests then. Give each group a configuration "
    "file of its own"
)
FOLDERS = (pytest.Session, pytest.Package) + ((pytest.Directory,) if HAS_DIRECTORY_NODES else ())


class Batch:
    """A request to run, with what each of its ids turned out to be."""

    def __init__(self, request, collection):
        self.number = request.get("batch")
        tests = [collection.original(test) for test in request.get("tests", [])]
        self.filters = {}  # by id
        self.entries = []  # (id, items): what is known here
        self.others = []  # the other ids
        places = {}
        for words, some in by_filters(request, tests):
            collection.see(words)
            collection.prepare(some)
            for test in some:
                node = test if test in collection.items else with_halves(test)
                self.filters[node] = words
                places[test] = node, collection.items_of(node)
        for test in tests:
            node, items = places[test]
            if items:
                self.entries.append((node, items))
            else:
                self.others.append(test)

    def uses(self, fixture):
        """Whether a test asks for this fixture."""
        items = (item for _, items in self.entries for item in items)
        return any(fixture in getattr(item, "fixturenames", ()) for item in items)

    @property
    def first(self):
        """The item that runs first, or None."""
        return self.entries[0][1][0] if self.entries else None


def by_filters(request, tests):
    """Pairs of filters and the tests that run for them."""
    filters = request.get("filters") or [[]]
    parts = {}  # in the order of the first test of each
    for test, place in zip(tests, request.get("of") or [0] * len(tests)):
        parts.setdefault(place, []).append(test)
    return [(filters[place], some) for place, some in parts.items()]


# The plugins that only hand the next test to pytest.
PASS_ON_THE_NEXT = frozenset("_pytest flaky pytest_rerunfailures pytest_retry".split())


class Following:
    """The test after `item`, the last one of a batch, unknown until pytest has to know it.

    pytest looks at it while it tears down `item`. What a test has replaced, such as the file
    system, is back in place by then: see `LateChain`.
    """

    def __init__(self, worker, item):
        self._worker = worker
        self._item = item
        self._found = False
        self._following = None

    def resolve(self):
        if not self._found:
            self._found = True
            self._following = self._worker.look_ahead()
        return self._following

    def imports(self):
        """Whether files have to be imported first."""
        return not self._found and self._worker.imports_next()

    def listchain(self):
        return LateChain(self, self._item.listchain())

    def __getattr__(self, name):
        return getattr(self.resolve() or self._item, name)


class LateChain:
    """The nodes of a test that is found out as late as can be.

    pytest tears down node by node, from a test to the session, and stops at the first that the
    following test needs. It compares the nodes that are still set up, which are the first of
    `current`, with as many of these. The test's own fixtures are torn down before anybody asks what
    follows, and those of its file before another file is imported.
    """

    def __init__(self, following, current):
        self._following = following
        self._current = current

    def __bool__(self):
        return True

    def __getitem__(self, part):
        left = self._current[part] if isinstance(part, slice) else []
        item = self._current[-1]
        if item in item.session._setupstate.stack:
            return []
        in_file = left and not isinstance(left[-1], FOLDERS)
        if in_file and self._following.imports():
            return []
        following = self._following.resolve()
        return ([] if following is None else following.listchain())[part]


def distrust_missing_dependencies():
    """Makes a test fail that asks pytest-dependency for a result that it could not have.

    A dependency in a mark, and one of the same file in a file that imports `depends`, runs in this
    process if it runs at all: see `Units`. Of others nobody knew before, and to skip the test, as
    pytest-dependency does, would hide what it does.
    """
    module = sys.modules.get("pytest_dependency")
    manager = getattr(module, "DependencyManager", None)
    original = getattr(manager, "checkDepend", None)
    if original is None:
        return

    def check(self, depends, item):
        names = [] if depends == "all" or getattr(module, "_ignore_unknown", False) else depends
        missing = [name for name in names if name not in self.results]
        known = set()
        for mark in item.iter_markers("dependency"):
            known.update(mark.kwargs.get("depends") or ())
        imports = imports_depends(getattr(item, "module", None))
        for name in missing:
            elsewhere = ".py::" in name and file_of(name) != file_of(item.nodeid)
            if name not in known and (elsewhere or not imports):
                pytest.fail(
                    "depends on {}, which has not run in this process: name it in the mark "
                    "`dependency`, or set keep_together in [framework]".format(name),
                    pytrace=False,
                )
        return original(self, depends, item)

    manager.checkDepend = check


class Worker:
    """Answers Offload's requests in place of pytest's loop over the tests."""

    def __init__(self, channel, options, collection, forks_at):
        self.channel = channel
        self.options = options
        self.collection = collection
        self.forks = Forks(channel, options, forks_at) if forks_at else None
        self.config = None
        self.session = None
        self.running = None
        self.reports = []
        self.asked = None  # an answer to "next" that is not in `ahead` yet
        self.ahead = []  # the answers to "next": each a Batch, or the last another request
        self.waited = 0.0
        self.ran = set()  # node ids
        self.failed_setups = set()  # node ids, by the latest run of each
        self.looked_at = None  # whether a hook looks at the next test
        self.has_failed = False  # whether a failure has been reported
        self.failed_reports = 0  # as pytest's session counts them

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        self.session = session
        self.config = session.config
        distrust_missing_dependencies()
        try:
            self._call_other_loops()
        except (Exception, Exit, KeyboardInterrupt) as stop:
            reporter = self.config.pluginmanager.get_plugin("terminalreporter")
            if isinstance(reporter, QuietReporter) and not isinstance(stop, pytest.UsageError):
                reporter.write_line(reason_of(stop))
            raise
        self._say_hello()
        if self.forks:
            self._look_for_obstacle(self.forks.early_obstacle(self.config))
        while True:
            request = self.ahead.pop(0) if self.ahead else self.asked or self.channel.receive()
            self.asked = None
            if isinstance(request, Batch):
                self.run(request)
                continue
            do = request.get("do")
            if do == "run":
                self.run(Batch(request, self.collection))
            elif do == "discover":
                if self.discover(request.get("groups", [])) and self.forks:
                    self._fork_workers()
            elif do == "finish":
                session.testscollected = max(1, len(self.ran))  # or pytest calls it a failure
                return True
            elif do != "idle":
                self.channel.send("failed", text="unknown request: {!r}".format(do))

    def _say_hello(self):
        self.channel.send(
            "hello",
            pytest=pytest.__version__,
            python="{}.{}.{}".format(*sys.version_info),
            pid=os.getpid(),
            rootdir=str(self.config.rootpath),
            maxfail=self.options.maxfail,
        )

    def _look_for_obstacle(self, why):
        if why:
            self.channel.send("forks", why=why)
            self.forks.give_up()
            self.forks = None
        return why

    def _fork_workers(self):
        """Forks workers until there are no more requests. Returns in each of them, too."""
        if not self._look_for_obstacle(self.forks.prepare(self.config)):
            self.channel.send("forks")
            if self.forks.serve(self.config):
                self._say_hello()
            self.forks = None

    def _call_other_loops(self):
        """Calls the project's own pytest_runtestloop. It may end the session, as pytest's loop may."""
        hook = self.config.hook.pytest_runtestloop
        for other in reversed(hook.get_hookimpls()):
            module = getattr(other.function, "__module__", None) or ""
            wraps = other.hookwrapper or getattr(other, "wrapper", False)
            if wraps or other.plugin is self or module.startswith("_pytest."):
                continue
            given = {"session": self.session}
            if other.function(*(given[name] for name in other.argnames)) is not None:
                raise pytest.UsageError(
                    "pytest_runtestloop of {} runs the tests itself: Offload cannot".format(module)
                )
        if self.session.shouldfail:
            raise self.session.Failed(self.session.shouldfail)
        if self.session.shouldstop:
            raise self.session.Interrupted(self.session.shouldstop)
        if self.session.testsfailed:
            text = "{} errors during collection"
            raise self.session.Interrupted(text.format(self.session.testsfailed))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        own = session.exitstatus
        # A hook may end the process with its status: Offload sees that.
        self.channel.send("bye")
        yield
        told = self.failed_reports or self.has_failed  # of what Offload knows
        if own == 1 == session.exitstatus and told and session.testsfailed <= self.failed_reports:
            session.exitstatus = 0
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if session.exitstatus != 0 and isinstance(reporter, QuietReporter):
            reporter.tell()

    # Discovery.

    def discover(self, groups):
        """Returns whether it has listed the tests."""
        natural = len(groups) == 1 and all(
            groups[0].get(name) is None for name in ("mark", "keyword")
        )
        try:
            items = list(self.collection.everything(natural))
            reporter = self.config.pluginmanager.get_plugin("terminalreporter")
            if isinstance(reporter, QuietReporter):
                reporter.has_collected(self.session)
            members = [self._members(group, items, natural) for group in groups]
        except pytest.UsageError as error:
            self.channel.send("failed", text="\n".join(str(part) for part in error.args))
            return False
        except (Exception, SystemExit) as error:
            self.channel.send("failed", text=printable(reason_of(error)))
            return False
        tests = {}
        units = Units(self.config, self.options.distribution).of(items)
        for item in items:
            test = tests.setdefault(
                item.nodeid, dict(place(item.location), groups=[], **units.get(item.nodeid, {}))
            )
            test["groups"] += [
                number
                for number, group in enumerate(members)
                if id(item) in group and number not in test["groups"]
            ]
        for node, report in self.collection.problems.items():
            if node in ("", "."):
                self.channel.send("failed", text=report.longreprtext)
                return False
            everywhere = list(range(len(groups)))
            tests[node] = {"file": file_of(node), "groups": everywhere, "alone": True}
            if report.outcome == "failed":
                tests[node]["problem"] = head_and_tail(report.longreprtext)
        listed = [dict(test, id=node) for node, test in tests.items() if test["groups"]]
        names = {printable(test["id"]) for test in listed}
        if len(names) < len(listed):
            known = set()
            same = [n for n in (printable(t["id"]) for t in listed) if n in known or known.add(n)]
            self.channel.send("failed", text="two tests are called {}".format(same[0]))
            return False
        for node, doubles in self.collection.doubles.items():
            text = "{} tests are all called `{}`: they count as one, which fails if any of them fails"
            self.channel.send("warning", text=text.format(len(doubles), node))
        for start in range(0, len(listed), LISTED_AT_ONCE):
            self.channel.send("listed", tests=listed[start : start + LISTED_AT_ONCE])
        shareable = not self.options.selection.read_by_others
        if self.options.selection.read_early and len(groups) > 1:
            self.channel.send("warning", text=READS_SELECTION)
        self.channel.send("discovered", count=len(listed), shareable=shareable)
        return True

    def _members(self, group, items, natural):
        """The ids of those item objects that pytest's own filter keeps for `group`."""
        chosen = list(items)
        if not natural:
            values = self.options.selection.values
            mark, keyword = (
                base if group.get(name) is None else group[name]
                for name, base in (("mark", values["markexpr"]), ("keyword", values["keyword"]))
            )
            chosen = selected(self.config, chosen, mark, keyword)
        return {id(item) for item in chosen}

    # Running.

    def run(self, batch):
        if self.options.checks_snapshots and batch.uses("snapshot"):
            self.options.checks_snapshots = False
            self.options.notices.append(UNCHECKED_SNAPSHOTS)
        while self.options.notices:
            self.channel.send("warning", text=self.options.notices.pop())
        for test in batch.others:  # first, so that the last thing to run has a test after it
            self._explain(batch.number, test)
        for index, (test, items) in enumerate(batch.entries):
            if self.channel.broken:
                return
            self.options.selection.use(batch.filters[test])
            self.channel.send("started", batch=batch.number, id=test)
            last = index + 1 == len(batch.entries)
            after = None if last else batch.entries[index + 1][1][0]
            if len(items) == 1:
                verdict, seconds = self._run_one(batch.number, test, items[0], after)
            else:
                verdict, seconds = self._run_all(batch.number, test, items, after)
            self._finish(batch.number, test, items[-1], seconds, verdict)
        self.channel.send("done", batch=batch.number)

    def _run_all(self, batch, test, items, after):
        """Runs several items that count as one test, which fails if any of them fails."""
        bad, passed, total, shown = [], False, 0.0, []
        for index, item in enumerate(items):
            following = items[index + 1] if index + 1 < len(items) else after
            verdict, seconds = self._run_one(batch, test, item, following)
            total += seconds
            passed = passed or verdict[0] == "passed"
            if verdict[0] in ("failed", "errored"):
                bad.append((item.nodeid, *verdict))
                shown = shown or self.reports
        self.reports = shown or self.reports
        if not bad:
            return (verdict if not passed else ("passed", "", "")), total
        _, outcome, message, _ = bad[0]
        text = "\n\n".join("--- {} ---\n{}".format(node, text) for node, _, _, text in bad)
        title = "" if bad[0][0] == test else without(test + "::", bad[0][0]) + ": "
        return (outcome, title + message, head_and_tail(text)), total

    def _run_one(self, batch, test, item, after):
        """Runs `item`. `after` is the next item of the batch, or None for that of the next batch.
        Returns the verdict and the duration."""
        self._freshen(item)
        self.running = item
        self.reports = []
        self.waited = 0.0
        following = Following(self, item) if after is None else self._after_failed_setup(after)
        if after is None and self._is_looked_at():
            following = following.resolve()
            self.waited = 0.0
        begin = self.channel.clock()
        try:
            self.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except BaseException as stop:
            text = reason_of(stop)
            seconds = self.channel.clock() - begin - self.waited
            self._finish(batch, test, item, seconds, ("errored", first_line(text), text))
            self.channel.send("stop", batch=batch, text=text)
            raise
        stopping = self.session.shouldfail or self.session.shouldstop or self._damage()
        seconds = sum(report.duration for report in self.reports) - self.waited
        if isinstance(following, Following) and not stopping:
            following.resolve()  # if pytest, for once, did not
        self.ran.add(item.nodeid)
        self.failed_setups.discard(item.nodeid)
        if self._setup_failed():
            self.failed_setups.add(item.nodeid)
        del item._report_sections[:]  # kept for a further run of this item, they would be repeated
        verdict = judge(self.reports)
        if stopping:
            self._finish(batch, test, item, seconds, verdict)
            self.channel.send("stop", batch=batch, text=str(stopping))
            raise self.session.Interrupted(stopping)
        return verdict, seconds

    def _damage(self):
        """The damage that a test has done to pytest itself and that would affect later tests."""
        capture = self.config.pluginmanager.get_plugin("capturemanager")
        streams = getattr(capture, "_global_capturing", None)
        for stream in (getattr(streams, "out", None), getattr(streams, "err", None)):
            if getattr(getattr(stream, "tmpfile", None), "closed", False):
                return "a test has closed the file that pytest captures its output with"
        return ""

    def pytest_runtest_logreport(self, report):
        if report.outcome == "rerun":  # pytest-rerunfailures starts over
            self.reports.clear()
        self.reports.append(report)
        if report.failed and not hasattr(report, "wasxfail"):
            self.failed_reports += 1

    def _finish(self, batch, test, item, seconds, verdict):
        outcome, message, text = verdict
        self.has_failed = self.has_failed or outcome in ("failed", "errored")
        fields = place(item.location)
        if message:
            fields["message"] = message
        if text:
            fields["text"] = text
        if any(report.sections for report in self.reports):
            fields.update(output(self.reports))
        self.channel.send(
            "finished",
            batch=batch,
            id=test,
            outcome=outcome,
            seconds=max(0.0, round(seconds, 6)),
            **fields,
        )

    def _explain(self, batch, test):
        """Reports a test that is not among the items: broken, skipped as a whole, or unknown."""
        problem = self.collection.problem(test)
        file = file_of(test)
        here = file in self.collection.files
        if problem is None and not (here and self.collection.is_collector(test)):
            missing = "{} does not exist or has no tests in the sandbox"
            why = "not found in {} in the sandbox" if here else missing
            self.channel.send("unknown", batch=batch, id=test, text=why.format(file))
            return
        if problem is None:
            fields = {"outcome": "passed", "message": "collected this time, and has no tests"}
        elif problem.outcome == "skipped":
            fields = {"outcome": "skipped", "message": skip_reason(problem)}
        else:
            text = head_and_tail(problem.longreprtext)
            fields = {"outcome": "errored", "message": failure_message(problem), "text": text}
            self.has_failed = True
        if problem is not None and problem.sections:
            fields.update(output([problem]))
        self.channel.send("started", batch=batch, id=test)
        self.channel.send("finished", batch=batch, id=test, seconds=0.0, file=file, **fields)

    def imports_next(self):
        """Asks Offload for the next batch. Returns whether files have to be imported for it."""
        if self.channel.in_child:
            return False
        begin = self.channel.clock()
        if self.asked is None:
            if self.channel.only_request is None:
                self.channel.send("next")
            self.asked = self.channel.receive()
        self.waited += self.channel.clock() - begin
        tests = self.asked.get("tests") or []
        filters = [words for words, _ in by_filters(self.asked, tests)]
        return any(map(self.collection.lacks, tests)) or any(map(self.collection.sees_anew, filters))

    def look_ahead(self):
        """The first test of the next batch with one, or None; while the last one is torn down."""
        if self.channel.in_child:
            return None
        following = None
        while following is None:
            imports = self.imports_next()
            request, self.asked = self.asked, None
            begin = self.channel.clock()
            if request.get("do") == "run":
                words = self.options.selection.words
                with self._outside_of_test(imports):
                    request = Batch(request, self.collection)
                self.options.selection.use(words)
            self.waited += self.channel.clock() - begin
            self.ahead.append(request)
            if not isinstance(request, Batch):
                break
            following = request.first
        return None if following is None else self._after_failed_setup(following)

    def _after_failed_setup(self, item):
        """`item`, or None if fixtures must not be kept for it, since it failed in one before."""
        failed = item.nodeid in self.failed_setups
        if item is self.running:  # its outcome is not settled yet
            failed = self._setup_failed()
        return None if failed else item

    def _is_looked_at(self):
        """Whether a hook of the project or of a plugin looks at the next test. It is found out
        before the test begins then, and is None if there is none."""
        if self.looked_at is None:
            hooks = self.config.hook
            self.looked_at = any(
                "nextitem" in impl.argnames
                and getattr(impl.function, "__module__", "").partition(".")[0] not in PASS_ON_THE_NEXT
                for hook in (hooks.pytest_runtest_protocol, hooks.pytest_runtest_teardown)
                for impl in hook.get_hookimpls()
            )
        return self.looked_at

    def _setup_failed(self):
        return any(r.when == "setup" and r.outcome == "failed" for r in self.reports)

    @contextlib.contextmanager
    def _outside_of_test(self, imports):
        """Lets files be collected as if no test were running: nothing of it shows in the test."""
        capture = self.config.pluginmanager.get_plugin("capturemanager")
        cancel_timer = getattr(self.config.hook, "pytest_timeout_cancel_timer", None)
        if cancel_timer is not None and imports:  # which is not part of the test
            cancel_timer(item=self.running)
        current = os.environ.pop("PYTEST_CURRENT_TEST", None)
        if capture is not None:
            capture.suspend()
            out, err = capture.read_global_capture()
            self.running.add_report_section("teardown", "stdout", out)
            self.running.add_report_section("teardown", "stderr", err)
        try:
            yield
        finally:
            if imports:
                self.channel.send("collected")
            if capture is not None:
                capture.resume()
            if current is not None:
                os.environ["PYTEST_CURRENT_TEST"] = current

    def _freshen(self, item):
        """Removes what an earlier run of `item` in this process left behind."""
        if item.nodeid not in self.ran:
            return
        if getattr(item, "cls", None) and hasattr(item.parent.obj, item.originalname):
            item.__dict__.pop("_instance", None)
            item._obj = None
        try:
            from _pytest.subtests import failed_subtests_key
        except ImportError:  # before pytest 9
            return
        failed = self.config.stash.get(failed_subtests_key, {})
        for key in (item.nodeid, getattr(item, "id", None)):
            failed.pop(key, None)


# Taken out of the environment, so that a pytest that a test starts is none of Offload's.
_channel = None
_forks_at = os.environ.pop("OFFLOAD_FORKS", "")
if os.environ.pop("OFFLOAD_WORKER", "") == "1":
    _channel = Channel(os.environ.pop("OFFLOAD_REQUEST", None))
if _channel is not None and _forks_at:
    from offload_pytest_forks import Forks


def pytest_addoption(parser, pluginmanager):
    """The first moment at which a plugin can register others."""
    if _channel is not None:
        options = Options()
        collection = Collection(_channel, options)
        pluginmanager.register(options, "offload-options")
        pluginmanager.register(collection, "offload-collection")
        worker = Worker(_channel, options, collection, _forks_at)
        pluginmanager.register(worker, "offload-worker")
