# SPDX-License-Identifier: MIT
"""The pytest end of Offload: lists a project's tests and runs them one by one in a warm process.

Offload starts `<the user's pytest command> -p offload_pytest` with OFFLOAD_WORKER=1 in the
environment. Without that variable this file does nothing at all.

Requests come as one JSON object a line on standard input (or a single one in the environment
variable OFFLOAD_REQUEST; standard input is then left alone):

    {"do": "discover", "groups": [{"name": "fast", "mark": "not slow", "keyword": null}]}
    {"do": "run", "batch": 7, "tests": ["tests/test_a.py::test_x[1]"]}
    {"do": "idle"}      only as an answer to "next": nothing to do now, but stay
    {"do": "finish"}    tear everything down and end; so does the end of the input

Events go to what was standard output when the process started, as JSON text sequences
(RFC 7464: a 0x1e byte, one JSON object in ASCII, a newline). The last two members of each are "n",
which counts from 0, and anew after a listing, and "crc", the CRC-32 of the bytes before `,"crc":`.
Halves of characters in texts, ids too, are written out as six characters: \\ud800.

    hello       pytest, python, pid, rootdir, maxfail: ready for the first request
    collecting  file: it is about to be imported, for a listing or for a batch; not said when a worker
                collects the whole project to run a part
    listed      tests: at most 500 of {id, file, line, groups, unit, dependent, alone}; tests with the
                same unit stay together, and where they are dependent a test runs again only after
                the tests of its unit before it; alone is true for a file that could not be
                collected: it has no fixtures to share with others
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

Fixtures live as long as they would in one plain run, across batches: pytest decides what to tear
down by looking at the following test. For the last test of a batch a stand-in takes that place. It
sends "next" only when pytest looks at it, waits for the answer, and then stands for the first test
of the following batch, or for none. "next" is asked once for every batch in which a test can run,
again when the answer is a batch in which none can, and never when the request came from
OFFLOAD_REQUEST.
"""

import ast
import contextlib
import fcntl
import inspect
import io
import json
import os
import re
import resource
import sys
import textwrap
import time
import traceback
import zlib
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem
from _pytest.mark import deselect_by_keyword, deselect_by_mark
from _pytest.outcomes import Exit
from _pytest.terminal import TerminalReporter

LISTED_AT_ONCE = 500
OUTPUT_LIMIT = 64 * 1024
TEXT_LIMIT = 256 * 1024
TEXT_HEAD = 64 * 1024
MESSAGE_LIMIT = 1000
HAS_DIRECTORY_NODES = hasattr(pytest, "Directory")  # since pytest 8
# Far from the numbers that tests like to close or count, and below `ulimit -n`.
FIRST_PRIVATE_DESCRIPTOR = min(500, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
FOLDERS = (pytest.Session, pytest.Package) + ((pytest.Directory,) if HAS_DIRECTORY_NODES else ())

HALF_ESCAPED = re.compile(r"\\u(d[89a-f][0-9a-f]{2})")


# --- The two ends of the protocol -------------------------------------------------------------


class Channel:
    """Takes standard input and output for the protocol and leaves harmless ones to the tests.

    It keeps the functions that it needs: tests replace those of modules, and what looks modules
    through, as pyfakefs and freezegun do, does not find them here.
    """

    def __init__(self, only_request):
        self._getpid, self._read, self._write = os.getpid, os.read, os.write
        self._crc32, self._decode = zlib.crc32, json.JSONDecoder().decode
        self._encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
        self.clock = time.perf_counter
        self.pid = os.getpid()
        self.only_request = only_request
        self.broken = False
        self._sent = 0
        self._finished = False
        self._unread = b""
        self._events = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, FIRST_PRIVATE_DESCRIPTOR)
        os.dup2(2, 1)
        self._requests = None
        if only_request is None:
            self._requests = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, FIRST_PRIVATE_DESCRIPTOR)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    @property
    def in_child(self):
        """A test forked: the copy of this process has no say in the protocol."""
        return self._getpid() != self.pid

    def send(self, event, **fields):
        if self.broken or self.in_child:
            return
        fields["event"] = event
        fields["n"] = self._sent
        self._sent = 0 if event in ("discovered", "failed") else self._sent + 1
        body = self._encode(fields)
        if "\\ud" in body:
            body = self._encode(readable(fields))
        body = body[:-1].encode("ascii")
        seal = ',"crc":"{:08x}"}}\n'.format(self._crc32(body)).encode("ascii")
        record = b"\x1e" + body + seal
        try:
            while record:
                record = record[self._write(self._events, record) :]
        except OSError:  # nobody is listening any more
            self.broken = True

    def receive(self):
        """The next request; {"do": "finish"} when there will be no more."""
        if self._finished or self.broken or self.in_child:
            return {"do": "finish"}
        if self._requests is None:
            self._finished = True
            return self._decode(self.only_request)
        while b"\n" not in self._unread:
            received = self._read(self._requests, 65536)
            if not received:
                self._finished = True
                if self._unread.strip():
                    break
                return {"do": "finish"}
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        return self._decode(line.decode("utf-8", "surrogatepass").strip())


def printable(text):
    """`text` without the lone surrogates that JSON readers refuse."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def readable(value):
    """`value` with all texts in it `printable`."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return value


def with_halves(text):
    """The text that `printable` has made this of, if the original had lone surrogates."""
    return HALF_ESCAPED.sub(lambda half: chr(int(half.group(1), 16)), text)


# --- From pytest's reports to one outcome -----------------------------------------------------


def ends_of(text, head, limit):
    """`text`, or of a longer one than `limit` bytes the first `head` and the last of them. Cuts as
    core/cut_text.hpp does: between characters, with a line that says how much is left out."""
    octets = text.encode("utf-8", "backslashreplace")
    if len(octets) <= limit:
        return octets.decode("utf-8")
    end = len(octets) - (limit - head)
    while head > 0 and octets[head] & 0xC0 == 0x80:
        head -= 1
    while end < len(octets) and octets[end] & 0xC0 == 0x80:
        end += 1
    begin = octets[:head].decode("utf-8")
    line = "" if not begin or begin.endswith("\n") else "\n"
    rest = octets[end:].decode("utf-8")
    return "{}{}[... {} bytes left out ...]\n{}".format(begin, line, end - head, rest)


def tail(text):
    """The end of a test's output, as it may be very long."""
    return ends_of(text, 0, OUTPUT_LIMIT)


def head_and_tail(text):
    return ends_of(text, TEXT_HEAD, TEXT_LIMIT)


def first_line(text):
    for line in text.splitlines():
        if line.strip():
            return printable(line.strip()[:MESSAGE_LIMIT])
    return ""


def doctest_difference(report):
    """The difference that a doctest shows, in one line; empty for other tests."""
    for _, lines in getattr(report.longrepr, "reprlocation_lines", None) or []:
        said = [line.strip() for line in lines]
        unexpected = [line for line in said if line.startswith("UNEXPECTED EXCEPTION")]
        if unexpected:
            return unexpected[0]
        after = dict(zip(said, said[1:]))
        expected, got = after.get("Expected:"), after.get("Got:")
        if expected is not None or got is not None:
            return "expected {}, got {}".format(expected or "nothing", got or "nothing")
    return ""


def failure_message(report):
    """One line that tells best what went wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return first_line(crash.message)
    text = doctest_difference(report) or report.longreprtext
    marked = [line[1:] for line in text.splitlines() if line.startswith("E  ")]
    return first_line("\n".join(marked) or text)


def skip_reason(report):
    if hasattr(report, "wasxfail"):
        return "xfail: " + first_line(without("reason: ", report.wasxfail))
    if isinstance(report.longrepr, tuple):
        return first_line(without("Skipped: ", report.longrepr[2]))
    return first_line(report.longreprtext)


def without(prefix, text):
    return text[len(prefix) :] if text.startswith(prefix) else text


def subtest_description(report):
    """The description of a subtest; None for the report of a whole test."""
    for name in ("_sub_test_description", "sub_test_description"):
        if hasattr(report, name):
            return getattr(report, name)()
    return None


def failure_text(failures):
    if len(failures) == 1 and subtest_description(failures[0]) is None:
        return head_and_tail(failures[0].longreprtext)
    parts = []
    for report in failures:
        subtest = subtest_description(report)
        title = report.when if subtest is None else "subtest " + subtest
        parts.append("--- {} ---\n{}".format(title, report.longreprtext))
    return head_and_tail("\n\n".join(parts))


def judge(reports):
    """Combines the reports of one test: outcome, message and text."""
    failures = [report for report in reports if report.outcome == "failed"]
    if failures:
        in_call = any(report.when == "call" for report in failures)
        outcome = "failed" if in_call else "errored"
        return outcome, failure_message(failures[0]), failure_text(failures)
    for report in reports:
        if report.when == "teardown" or subtest_description(report) is not None:
            continue
        if report.outcome == "skipped":
            return "skipped", skip_reason(report), ""
        if hasattr(report, "wasxfail"):
            return "passed", "xpass: " + first_line(without("reason: ", report.wasxfail)), ""
    if not reports:
        return "errored", "pytest reported nothing about this test", ""
    return "passed", "", ""


def output(reports):
    """The output of the test, by stream. A report repeats the output of its test's earlier ones."""
    whole = [report for report in reports if subtest_description(report) is None][-1:]
    speaking = whole + [report for report in reports if subtest_description(report) is not None]
    streams = {"stdout": "capstdout", "stderr": "capstderr", "log": "caplog"}
    texts = {name: "".join(getattr(r, part) for r in speaking) for name, part in streams.items()}
    return {name: tail(text) for name, text in texts.items() if text}


def reason_of(stop):
    """Why an exception ended the session, or the collection."""
    if isinstance(stop, Exit):
        return "pytest.exit: {}".format(stop.msg)
    if isinstance(stop, (KeyboardInterrupt, SystemExit)):
        return traceback.format_exception_only(type(stop), stop)[0].strip()
    trace = traceback.format_exception(type(stop), stop, stop.__traceback__)
    return "internal error: {}: {}\n{}".format(type(stop).__name__, stop, "".join(trace))


def place(location):
    """file and line, counted from 1, of a report's or item's location."""
    if location[1] is None:
        return {"file": location[0]}
    return {"file": location[0], "line": location[1] + 1}


# --- Options of the user's that mean something else under Offload -----------------------------


UNCHECKED_COVERAGE = (
    "--cov-fail-under is not checked: each process measures a part of the tests. "
    "Check it after the run: docs/pytest.md"
)
DIVIDED_WARNINGS = "--max-warnings counts in each process, which runs a part of the tests"
UNCHECKED_SNAPSHOTS = (
    "syrupy does not look for unused snapshots: each process runs a part of the tests"
)


class Options:
    """Takes the edge off options that would distribute, stop, filter or report on their own."""

    OVERRIDES = {
        "color": "no",
        "dist": "no",
        "distload": False,
        "failedfirst": False,
        "htmlpath": None,
        "json_report": False,
        "lf": False,
        "looponfail": False,
        "maxfail": 0,
        "numprocesses": None,
        "report_log": None,
        "stepwise": False,
        "stepwise_skip": False,
        "stepwise_reset": False,
        "store_durations": False,
        "trace": False,
        "tx": [],
        "usepdb": False,
        "xmlpath": None,
    }

    RUN_NOTHING = {
        "collectonly": "--collect-only",
        "setuponly": "--setup-only",
        "setupplan": "--setup-plan",
    }

    # To a process, the snapshots of tests that run in others are unused.
    OF_SYRUPY = {"disable_unused_snapshots": True, "warn_unused_snapshots": True}

    def __init__(self):
        self.maxfail = 0
        self.selection = None
        self.distribution = "no"
        self.notices = []  # of what is not as in a plain run
        self.checks_snapshots = False  # of syrupy

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config):
        """Before pytest-cov starts measuring: not at all, or into a file of this process's own."""
        known = early_config.known_args_namespace
        if getattr(known, "cov_source", None) and not getattr(known, "no_cov", False):
            if os.environ.get("OFFLOAD_COVERAGE") == "off":
                known.no_cov = True
                known.cov_source = []
            else:
                mine = os.path.abspath(".coverage.offload-{}".format(os.getpid()))
                os.environ.setdefault("COVERAGE_FILE", mine)
                known.cov_report = {"": ""}  # a part of the tests has no total worth a report
                if getattr(known, "cov_fail_under", None):
                    self.notices.append(UNCHECKED_COVERAGE)
                known.cov_fail_under = 0
        yield

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config):
        for name, option in self.RUN_NOTHING.items():
            if getattr(config.option, name, False):
                text = "{} runs no test: remove it from addopts, PYTEST_ADDOPTS or run_args"
                raise pytest.UsageError(text.format(option))
        self.maxfail = getattr(config.option, "maxfail", 0) or 0
        self.distribution = getattr(config.option, "dist", "no")
        for name, value in self.OVERRIDES.items():
            if hasattr(config.option, name):
                setattr(config.option, name, value)
        self.checks_snapshots = getattr(config.option, "warn_unused_snapshots", None) is False
        for name, value in self.OF_SYRUPY.items():
            if hasattr(config.option, name):
                setattr(config.option, name, value)
        self._separate_places(config)
        self.selection = Selection(config)
        yield

    @staticmethod
    def _separate_places(config):
        """Gives this process a place of its own where all would write to the same one."""
        mine = "offload-{}".format(os.getpid())
        if getattr(config.option, "basetemp", None):  # pytest empties it
            base = Path(os.path.abspath(config.option.basetemp))
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            config.option.basetemp = str(base / mine)
        try:
            log = getattr(config.option, "log_file", None) or config.getini("log_file")
        except (KeyError, ValueError):  # -p no:logging
            log = None
        if log:
            stem, suffix = os.path.splitext(log)
            config.option.log_file = "{}-{}{}".format(stem, mine, suffix)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self, session):
        """Quietens the terminal, whose progress line takes ever more time in a long session."""
        plugins = session.config.pluginmanager
        reporter = plugins.get_plugin("terminalreporter")
        if reporter is not None:
            plugins.unregister(reporter)
            if not isinstance(reporter, TerminalReporter):  # another one, as pytest-rich has
                reporter = TerminalReporter(session.config, io.StringIO())
            quiet = QuietReporter(reporter)
            plugins.register(quiet, "terminalreporter")
            if quiet.most_warnings is not None:
                self.notices.append(DIVIDED_WARNINGS)
        for name in ("lfplugin", "nfplugin"):  # each process would overwrite the others' cache
            if plugins.has_plugin(name):
                plugins.unregister(name=name)


def imports_depends(module):
    """Whether a module has pytest_dependency.depends, which a test may call while it runs."""
    dependency = sys.modules.get("pytest_dependency")
    wanted = (dependency, getattr(dependency, "depends", None))
    names = vars(module).values() if dependency is not None and module is not None else ()
    return any(value is one for value in names for one in wanted if one is not None)


class Units:
    """Finds the tests that have to stay together: in one process, and in their order.

    Each test that belongs to others gets the name of its unit, and whether later tests of the unit
    need earlier ones. Tests are units by marks of pytest-xdist, pytest-dependency, pytest-depends,
    pytest-order and pytest-ordering, as steps of pytest-steps, by the mark `incremental` of
    pytest's documentation, by
    `--dist loadfile` and `loadscope`, and by the key keep_together.
    """

    # pytest-ordering's, beside `run`.
    ORDINALS = (
        "first second third fourth fifth sixth seventh eighth last second_to_last third_to_last "
        "fourth_to_last fifth_to_last sixth_to_last seventh_to_last eighth_to_last"
    ).split()

    def __init__(self, config, distribution):
        self._config = config
        self._distribution = distribution
        self._kept = os.environ.get("OFFLOAD_KEEP_TOGETHER")
        self._leader = {}  # union-find, by position
        self._dependent = set()  # positions
        self._first = {}  # the first position with a key
        self._items = []
        self._by_name = None  # positions, once somebody asks
        self._prefix = getattr(config.option, "order_marker_prefix", None)  # of "first1", "first-2"
        self._watched = {"xdist_group", "incremental"}
        for module, names in (
            ("pytest_dependency", ["dependency"]),
            ("pytest_depends", ["depends"]),
            ("pytest_order", ["order"]),
            ("pytest_ordering", ["run", *self.ORDINALS]),
        ):
            if module in sys.modules:
                self._watched.update(names)

    def of(self, items):
        """{node id: {"unit": name, "dependent": bool}} of the tests that are not on their own."""
        self._items = items
        marked = self._marked()
        self._by_place()
        self._by_steps()
        for position, marks in marked.items():
            self._by_mark(position, marks)
        self._by_dependency(marked)
        self._by_names(marked)
        count = {}
        for position in {*self._leader, *self._leader.values()}:
            leader = self._find(position)
            count[leader] = count.get(leader, 0) + 1
        dependent = {self._find(position) for position in self._dependent}
        units = {}
        for position in sorted({*self._leader, *count}):
            leader = self._find(position)
            units[items[position].nodeid] = {
                "unit": items[leader].nodeid, "dependent": leader in dependent
            }
        return units

    def _marked(self):
        """{position: {name: marks}} of the tests that have a mark that says something here."""
        inherited = {}  # of nodes above the tests: whether one of their marks is watched

        def is_watched(node):
            if node is None:
                return False
            if node not in inherited:
                own = any(self._name_of(mark) for mark in node.own_markers)
                inherited[node] = own or is_watched(node.parent)
            return inherited[node]

        marked = {}
        for position, item in enumerate(self._items):
            if any(self._name_of(mark) for mark in item.own_markers) or is_watched(item.parent):
                marks = marked[position] = {}
                for mark in item.iter_markers():
                    if self._name_of(mark):
                        marks.setdefault(self._name_of(mark), []).append(mark)
        return marked

    def _name_of(self, mark):
        """The name of a mark that says something here. With its prefix "order" has other names."""
        if mark.name in self._watched:
            return mark.name
        if self._prefix and re.fullmatch(re.escape(self._prefix) + r"[-_m]?\d+", mark.name):
            return "order"
        return None

    def _find(self, position):
        leader = position
        while leader in self._leader:
            leader = self._leader[leader]
        while position != leader:
            self._leader[position], position = leader, self._leader[position]
        return leader

    def _join(self, a, b, dependent=True):
        first, second = sorted((self._find(a), self._find(b)))
        if first != second:
            self._leader[second] = first
        if dependent:
            self._dependent.add(first)

    def _join_all(self, position, key, dependent=True):
        """Joins the test to all others with the same key."""
        self._join(position, self._first.setdefault(key, position), dependent)

    @staticmethod
    def _scope(item):
        """The class of a test, or its file."""
        return item.parent.nodeid if item.parent is not None else ""

    def _by_place(self):
        kinds = {"loadfile": ("file", False), "loadscope": ("class", False)}
        wanted = [kinds[self._distribution]] if self._distribution in kinds else []
        if self._kept:
            wanted.append((self._kept, True))
        asks = self._asking_while_they_run()
        if not wanted and not asks:
            return
        for position, item in enumerate(self._items):
            file = file_of(item.nodeid)
            for kind, dependent in wanted:
                key = file if kind == "file" else self._scope(item)
                self._join_all(position, (kind, key, dependent), dependent)
            if file in asks:
                self._join_all(position, ("asks", file))

    def _asking_while_they_run(self):
        """The files that have pytest_dependency.depends: whom they call it for is not known yet."""
        if "pytest_dependency" not in sys.modules:
            return set()
        modules = {getattr(item, "module", None) for item in self._items}
        found = {module for module in modules if imports_depends(module)}
        return {
            file_of(item.nodeid) for item in self._items if getattr(item, "module", None) in found
        }

    def _by_steps(self):
        """The steps of a test of pytest-steps: each is a test, and goes on where another stopped."""
        if "pytest_steps" not in sys.modules:
            return
        for position, item in enumerate(self._items):
            values = getattr(getattr(item, "callspec", None), "params", {})
            steps = {name for name in values if name in ("________step_name_", "test_step")}
            if steps:
                others = {name: repr(value) for name, value in values.items() if name not in steps}
                function = getattr(item, "originalname", item.name)
                self._join_all(position, ("steps", self._scope(item), function, str(others)))

    def _by_mark(self, position, marks):
        item = self._items[position]
        if "xdist_group" in marks:
            names = {
                str(mark.args[0] if mark.args else mark.kwargs.get("name", "default"))
                for mark in marks["xdist_group"]
            }
            self._join_all(position, ("group", "_".join(sorted(names))), False)
        if "incremental" in marks and getattr(item, "cls", None) is not None:
            self._join_all(position, ("incremental", self._scope(item)))
        if any(name in marks for name in ("run", *self.ORDINALS)):
            self._join_all(position, ("run",))
        for mark in marks.get("order", []):
            relative = "before" in mark.kwargs or "after" in mark.kwargs
            if mark.args or "index" in mark.kwargs or not relative:
                self._join_all(position, ("order", self._order_scope(item)))

    def _order_scope(self, item):
        scope = getattr(self._config.option, "order_scope", None) or "session"
        return {"session": "", "class": self._scope(item)}.get(scope, file_of(item.nodeid))

    def _by_dependency(self, marked):
        """Joins tests to those that they depend on, by the names of pytest-dependency."""
        needed = []  # (position, place, name); no name: all of the place
        for position, marks in marked.items():
            for mark in marks.get("dependency", []):
                names = mark.kwargs.get("depends") or ()
                place = self._place(self._items[position], mark.kwargs.get("scope", "module"))
                names = [None] if names == "all" else [names] if isinstance(names, str) else names
                needed += [(position, place, name) for name in names]
        wanted = {(place, name) for _, place, name in needed}
        if not wanted:
            return
        scopes = {place[0] for place, _ in wanted}
        called = {}
        for position, item in enumerate(self._items):
            marks = marked.get(position, {}).get("dependency", [])
            own = [mark.kwargs.get("name") for mark in marks]
            for scope in scopes:
                place = self._place(item, scope)
                names = {*own, self._name(item, scope)} - {None}
                if marks and (place, None) in wanted:
                    self._join_all(position, (place, None))
                    called.setdefault((place, None), [position])
                for name in names:
                    if (place, name) in wanted:
                        called.setdefault((place, name), []).append(position)
        for position, place, name in needed:
            for other in called.get((place, name), []):
                self._join(position, other)

    @staticmethod
    def _place(item, scope):
        kinds = {"class": pytest.Class, "module": pytest.Module, "package": pytest.Package}
        node = item.getparent(kinds[scope]) if scope in kinds else None
        return scope, node.nodeid if node is not None else ""

    @staticmethod
    def _name(item, scope):
        """The name that pytest-dependency gives a test without one of its own."""
        parts = item.nodeid.split("::", {"module": 1, "class": 2}.get(scope, 0))
        return parts[-1]

    def _by_names(self, marked):
        """Joins tests to those that they name otherwise: pytest-order and pytest-depends."""
        for position, marks in marked.items():
            names = []
            for mark in marks.get("order", []):
                names += self._listed(mark.kwargs.get("before"))
                names += self._listed(mark.kwargs.get("after"))
            for mark in marks.get("depends", []):
                names += self._listed(mark.kwargs.get("on"))
                self._join_all(position, ("depends", file_of(self._items[position].nodeid)))
            for name in names:
                for other in self._called(str(name), self._items[position]):
                    self._join(position, other)

    @staticmethod
    def _listed(value):
        return [value] if isinstance(value, str) else list(value or ())

    def _called(self, name, near):
        """Tests with this name or end of a node id: those of the same file, or all."""
        if self._by_name is None:
            self._by_name = {}
            for position, item in enumerate(self._items):
                file = file_of(item.nodeid)
                node = self._plain(item.nodeid)
                above = len(self._plain(file + "::"))
                while len(node) > above:  # the test, and the classes that it is in
                    last = node.rpartition("/")[2]
                    for key in ((file, last), (None, last)):
                        self._by_name.setdefault(key, []).append((position, node))
                    node = node.rpartition("/")[0]
        wanted = self._plain(name)
        last = wanted.rpartition("/")[2]
        for key in ((file_of(near.nodeid), last), (None, last)):
            found = [
                position
                for position, node in self._by_name.get(key, [])
                if ("/" + node).endswith("/" + wanted)
            ]
            if found:
                return found
        return []

    @staticmethod
    def _plain(name):
        """a/test_b.py::TestC::test_d[1] as a/test_b/TestC/test_d."""
        file, colons, rest = name.rpartition("::") if "::" in name else ("", "", name)
        plain = file + colons + rest.partition("[")[0]
        return plain.replace(".py::", "::").replace("::", "/").replace(".", "/")


class Ending(io.StringIO):
    """Keeps the end of what is written to it."""

    def write(self, text):
        if self.tell() > 2 * OUTPUT_LIMIT:
            kept = self.getvalue()[-OUTPUT_LIMIT:]
            self.seek(0)
            self.truncate()
            super().write(kept)
        return super().write(text)


class QuietReporter:
    """Stands in for pytest's terminal reporter: it counts and asks as that does, and prints nothing.

    Conftests look at its `stats`, and have hooks that only the terminal reporter calls.
    """

    def __init__(self, reporter):
        self._reporter = reporter
        self._config = reporter.config
        self._said = Ending()
        self.most_warnings = getattr(reporter, "_get_max_warnings", lambda: None)()
        if not (self._config.getini("log_cli") or self._config.getoption("log_cli_level", None)):
            reporter._tw._file = self._said
        hook = self._config.hook.pytest_report_teststatus
        own = ("_pytest.", "pytest_subtests")
        self._names_statuses = any(
            not getattr(impl.function, "__module__", "").startswith(own)
            for impl in hook.get_hookimpls()
        )

    def __getattr__(self, name):
        if name.startswith("pytest_"):
            raise AttributeError(name)
        return getattr(self._reporter, name)

    def pytest_runtest_logreport(self, report):
        quiet = report.when != "call" and report.outcome == "passed"
        if quiet and not self._names_statuses:
            return
        status = self._config.hook.pytest_report_teststatus(report=report, config=self._config)
        self.stats.setdefault(status[0], []).append(report)

    def pytest_warning_recorded(self, warning_message, nodeid):
        self._reporter.pytest_warning_recorded(warning_message=warning_message, nodeid=nodeid)

    def has_collected(self, session):
        """Everything has been collected, as in a plain run."""
        self._reporter.pytest_collection_finish(session)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_sessionfinish(self, session, exitstatus):
        yield
        session.config.hook.pytest_terminal_summary(
            terminalreporter=self, exitstatus=exitstatus, config=session.config
        )
        most = self.most_warnings
        count = len(self.stats.get("warnings", []))
        if most is not None and count > most and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.MAX_WARNINGS_ERROR
            self.write_line("maximum allowed warnings exceeded: {} > {}".format(count, most))

    def tell(self):
        """Prints the end of what pytest and its plugins have said, for the reason of a failure."""
        sys.stderr.write(tail(self._said.getvalue()))
        sys.stderr.flush()


class Selection:
    """The project's own -m and -k, and a note of who looked at them.

    pytest's own filter sees the empty expressions unless `natural` is set: what runs is up to
    Offload. Everybody else sees what was given on the command line.
    """

    NAMES = ("markexpr", "keyword")

    def __init__(self, config):
        self.natural = False
        self.read_by_others = False
        self.values = {name: getattr(config.option, name, "") or "" for name in self.NAMES}
        watched = {name: self._watch(name) for name in self.NAMES}
        kind = type(config.option)
        config.option.__class__ = type(kind.__name__, (kind,), watched)

    def _watch(self, name):
        def read(_):
            reader = self._reader()
            if reader.startswith("_pytest.mark"):
                return self.values[name] if self.natural else ""
            self._note(reader)
            return self.values[name]

        def write(_, value):
            self._note(self._reader())
            self.values[name] = value

        return property(read, write)

    def _note(self, reader):
        if reader.split(".")[0] != "_pytest":
            self.read_by_others = True

    @staticmethod
    def _reader():
        """The module that looks, past the accessors of pytest's configuration."""
        frame = sys._getframe(2)
        while frame.f_globals.get("__name__", "").startswith("_pytest.config"):
            frame = frame.f_back
        return frame.f_globals.get("__name__", "")


class GroupConfig:
    """The configuration as pytest's own filter would see it with a group's -m and -k."""

    class Values:
        def __init__(self, mark, keyword):
            self.markexpr = mark
            self.keyword = keyword

    class Hook:
        @staticmethod
        def pytest_deselected(items):
            pass

    def __init__(self, config, mark, keyword):
        self._config = config
        self.option = self.Values(mark, keyword)
        self.hook = self.Hook

    def __getattr__(self, name):
        return getattr(self._config, name)


def selected(config, items, mark, keyword):
    """Those of `items` that pytest's own filter keeps for -m and -k."""
    chosen = list(items)
    config = GroupConfig(config, mark, keyword)
    deselect_by_keyword(chosen, config)
    deselect_by_mark(chosen, config)
    return chosen


# --- From test ids to pytest's items ----------------------------------------------------------


INCOMPLETE = (
    "a hook or plugin of pytest may need all tests of the project, and gets those of some files: "
    "the project could not be collected: {}"
)

# Plugins whose pytest_collection_modifyitems only orders tests, or marks each for itself.
PIECEWISE_PLUGINS = frozenset(
    "_pytest anyio pytest_asyncio pytest_cases pytest_django pytest_order pytest_ordering "
    "pytest_randomly pytest_reverse pytest_trio random_order syrupy xdist".split()
)


def looks_at_the_whole(hook):
    """Whether a pytest_collection_modifyitems may need all items of the project at once.

    Most such hooks look at one item after the other, and may see the items of a few files. Others
    count or number the items. `hook` is taken for one of these unless its source shows that it only
    loops over `items`, filters and sorts them.
    """
    if getattr(hook, "__module__", "").partition(".")[0] in PIECEWISE_PLUGINS:
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(hook)))
    except (OSError, TypeError, SyntaxError):
        return True
    harmless = set()  # the places where `items` is named, and is all that it may be stored in

    def called(node):
        return getattr(node.func, "id", None) or getattr(node.func, "attr", None)

    def allow(node):
        """A loop over `items`, or over a copy of it."""
        copies = isinstance(node, ast.Call) and called(node) in ("list", "sorted", "reversed")
        harmless.update(node.args if copies else [node])

    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            allow(node.iter)
        elif isinstance(node, ast.Assign) and is_all_of_items(node.targets[0]):
            harmless.update((node.targets[0], node.targets[0].value))
            allow(node.value)
        elif isinstance(node, ast.Attribute) and node.attr in ("sort", "remove", "reverse"):
            harmless.add(node.value)
        elif isinstance(node, ast.Call) and called(node) == "shuffle":
            harmless.update(node.args)

    def counts(node):
        """Whether it keeps something from one item to the next."""
        if isinstance(node, ast.Call):
            return called(node) in ("next", "enumerate", "zip", "add", "setdefault")
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            names = {getattr(target, "id", None) for target in node.targets}
            return any(getattr(part, "id", None) in names for part in ast.walk(node.value))
        stores = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        return isinstance(node, ast.AugAssign) or (stores and node not in harmless)

    return any(
        counts(node)
        or (isinstance(node, ast.Name) and node.id == "items" and node not in harmless)
        or (isinstance(node, ast.Attribute) and node.attr == "items" and "session" in ast.dump(node))
        for node in ast.walk(tree)
    )


def is_all_of_items(node):
    """Whether it is `items[:]`."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Slice)
        and not (node.slice.lower or node.slice.upper or node.slice.step)
        and getattr(node.value, "id", None) == "items"
    )


class Collection:
    """Knows the items of this process and collects further files when they are asked for."""

    def __init__(self, channel, options):
        self.channel = channel
        self.options = options
        self.session = None
        self.items = {}  # by node id
        self.doubles = {}  # the items that share their node id, by that
        self.deselected = set()  # node ids
        self._failed_reports = 0
        self._home = None
        self._is_whole = False  # everything has been collected
        self._is_starting = False  # it is being collected to run a part: no batch has begun
        self._hooks = {}  # of pytest_collection_modifyitems: whether one looks at the whole
        self.problems = {}  # reports of what did not collect, by node id
        self.files = set()  # collected without a problem
        self._directories = {}
        self._collecting = False
        self._narrowed = False
        self._current_file = None

    # Hooks that pytest calls while it collects.

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session):
        self.session = session
        return None if self._collecting else True  # nothing is collected before it is asked for

    @pytest.hookimpl(tryfirst=True)
    def pytest_collectstart(self, collector):
        if isinstance(collector, pytest.File) and not isinstance(collector, pytest.Package):
            file = collector.nodeid
            if file != self._current_file:
                self._current_file = file
                if not self._is_starting:
                    self.channel.send("collecting", file=file)

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self.problems[report.nodeid] = report
        if report.outcome == "failed":
            self._failed_reports += 1

    def pytest_deselected(self, items):
        self.deselected.update(item.nodeid for item in items)

    def pytest_itemcollected(self, item):
        self.items[item.nodeid] = item

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collection_finish(self, session):
        # pytest 9.2 drops the conftests whose directories were not visited; a later request may.
        pending = getattr(session._fixturemanager, "_pending_conftests", {})
        kept = dict(pending)
        yield
        pending.update(kept)

    # Directories stay the same nodes from one collection to the next: package fixtures hang on
    # them, and from pytest 9.2 on the fixtures of conftest files too.

    @pytest.hookimpl(hookwrapper=True, optionalhook=True)
    def pytest_collect_directory(self, parent):
        self._keep((yield), parent)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_pycollect_makemodule(self, parent):
        outcome = yield
        if not HAS_DIRECTORY_NODES and isinstance(outcome.get_result(), pytest.Package):
            self._keep(outcome, parent)

    def _keep(self, outcome, parent):
        node = outcome.get_result()
        if node is not None:
            outcome.force_result(self._directories.setdefault((parent, node.nodeid), node))

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self):
        """Asked about everything but what was named: see `_narrow`."""
        return True if self._narrowed else None

    # Functions for the worker.

    def everything(self, natural):
        """Collects what a plain run would, -m and -k included if `natural`."""
        before = self.items.copy(), self.doubles.copy(), self.problems
        self.problems = {}
        self._is_whole = True
        self.options.selection.natural = natural
        try:
            self._collect(self.session.config.args)
        except BaseException:  # no hook has seen the items that are there now
            self.items, self.doubles, self.problems = before
            raise
        finally:
            self.options.selection.natural = False
        self.files.update(file_of(test) for test in self.items)
        self.files.difference_update(file_of(problem) for problem in self.problems)
        return self.session.items

    def original(self, test):
        """The node id that was listed as `test`: a name may hold bytes that are not UTF-8."""
        if test in self.items or HALF_ESCAPED.search(test) is None:
            return test
        file = file_of(test)
        literal = self._path(file).exists()
        return (file if literal else with_halves(file)) + test[len(file) :]

    def items_of(self, node):
        """The items that are called `node`: usually one. For a file, a folder or a class, which has
        been listed because it could not be collected then, those that it has."""
        if node in self.items:
            return self.doubles.get(node, [self.items[node]])
        if self.problem(node) is not None or not self.is_collector(node):
            return []
        items = [self.items[test] for test in self._within(node) if test not in self.deselected]
        values = self.options.selection.values
        return selected(self.session.config, items, values["markexpr"], values["keyword"])

    def lacks(self, test):
        """Whether a file has to be collected for this test."""
        test = self.original(test)
        return test not in self.items and (file_of(test) not in self.files or bool(self.problem(test)))

    def prepare(self, tests):
        """Collects the files of those tests that are not known yet, all in one go."""
        files = {file_of(test): self._path(file_of(test)) for test in tests if self.lacks(test)}
        self.problems = {
            node: report for node, report in self.problems.items() if file_of(node) not in files
        }
        existing = {file: path for file, path in files.items() if path.exists()}
        # The id of a test may not begin with the path of a file: a collector can choose it.
        elsewhere = len(existing) < len(files) and (not self._is_whole or self._has_strays())
        if not files or self.collects_everything(elsewhere):
            return
        if existing:
            self._collect_files(existing)
            self.collects_everything(False)  # if a conftest of a folder, or a plugin's test, needs it

    def collects_everything(self, must=False):
        """Collects everything if that `must` be, or if hooks or tests of plugins may look at all
        items: they get what they get in a plain run."""
        if not must and (self._is_whole or not self.needs_everything()):
            return False
        self._is_starting = not must
        try:
            self.everything(natural=False)
        except (Exception, SystemExit, KeyboardInterrupt) as stop:
            self.channel.send("warning", text=INCOMPLETE.format(first_line(reason_of(stop))))
            return False
        finally:
            self._is_starting = False
        return True

    def needs_everything(self):
        for hook in self.session.config.hook.pytest_collection_modifyitems.get_hookimpls():
            if hook.function not in self._hooks:
                self._hooks[hook.function] = looks_at_the_whole(hook.function)
        return any(self._hooks.values()) or any(
            not isinstance(item, (pytest.Function, DoctestItem)) for item in self._items()
        )

    def problem(self, test):
        """The report of the collection error or skip that keeps `test` from existing, or None."""
        node = test
        while True:
            if node in self.problems:
                return self.problems[node]
            if "::" in node:
                node = node.rpartition("::")[0]
            elif node and node != ".":
                node = os.path.dirname(node) or "."
            else:
                return self.problems.get("")

    def is_collector(self, node):
        """Whether the collected `node` is not a test itself but a file, a folder or a class."""
        return node in self.files or any(True for _ in self._within(node))

    def _within(self, node):
        """The ids of the tests of a file, a folder or a class."""
        begin = (node + "::", node + "/")
        return (test for test in self.items if test.startswith(begin))

    def _path(self, file):
        return Path(os.path.abspath(str(self.session.config.rootpath / file)))

    def _has_strays(self):
        """Tests outside of the root directory have ids that do not tell where they are."""
        config = self.session.config
        root = str(config.rootpath)
        start = str(config.invocation_params.dir)
        places = [
            os.path.abspath(os.path.join(start, file_of(str(argument)))) for argument in config.args
        ]
        return any(os.path.commonpath([root, place]) != root for place in places)

    def _collect_files(self, files):
        """Collects `files` {id: path}. One that ends the collection does not take others along."""
        remaining = dict(files)
        while remaining:
            self._current_file = None
            try:
                with self._narrow(remaining.values()) as arguments:
                    self._collect(arguments)
                break
            except pytest.UsageError:  # one of them is none of pytest's files: it stays unknown
                if len(remaining) > 1:
                    for file, path in remaining.items():
                        self._collect_files({file: path})
                return
            except (Exception, SystemExit, KeyboardInterrupt) as stop:
                by_file = isinstance(stop, (Exit, SystemExit, KeyboardInterrupt))
                if not by_file and not self._is_whole and self.collects_everything(True):
                    return
                known = by_file and self._current_file in remaining
                culprits = {self._current_file} if known else set(remaining)
                for file in culprits:
                    self.problems[file] = CollectionStopped(file, stop)
                    del remaining[file]
                for node in [node for node in self.items if file_of(node) in culprits]:
                    del self.items[node]  # half prepared: the hooks were not through with it
        broken = {file_of(node) for node in self.problems}
        self.files.update(file for file in files if file not in broken)

    @contextlib.contextmanager
    def _narrow(self, paths):
        """Yields the arguments for pytest that make it collect exactly the files `paths`.

        Named one by one, pytest 8 and later lists the directory of every file anew, quadratic in
        large directories. So it gets their common directory, and is kept from all other files.
        """
        paths = list(paths)
        if not HAS_DIRECTORY_NODES:
            yield [str(path) for path in paths]
            return
        top = Path(os.path.commonpath([str(path.parent) for path in paths]))
        while "[" in str(top) or "::" in str(top):  # would be taken for a part of a test id
            top = top.parent
        wanted = set(paths)
        above = {parent for path in paths for parent in path.parents}

        def isinitpath(path, with_parents=False):
            path = Path(path)
            return path in wanted or (with_parents and path in above)

        self._narrowed = True
        self.session.isinitpath = isinitpath
        try:
            yield [str(top)]
        finally:
            self._narrowed = False
            del self.session.isinitpath

    def _collect(self, arguments):
        """One collection by pytest, as at the start of a session, of `arguments`."""
        config = self.session.config
        plugins = config.pluginmanager
        # The logging plugin would take its handlers away when the collection inside its loop ends.
        logging_plugin = plugins.get_plugin("logging-plugin")
        collect = plugins.subset_hook_caller("pytest_collection", [logging_plugin])
        given = config.args, config.option.pyargs
        if arguments is not config.args:  # paths, and not the user's words
            config.args, config.option.pyargs = arguments, False
        self._collecting = True
        self._failed_reports = 0
        left = self._go_home()
        try:
            collect(session=self.session)
        finally:
            self._collecting = False
            config.args, config.option.pyargs = given
            if left is not None:
                os.chdir(left)
            # They are results of their own, and no reason for this process to fail.
            self.session.testsfailed -= self._failed_reports
        by_name = {}
        for item in self._items():  # hooks may have put other items in their places
            by_name.setdefault(item.nodeid, []).append(item)
        for node, items in by_name.items():
            self.items[node] = items[-1]
            self.doubles.pop(node, None)
            if len(items) > 1:
                self.doubles[node] = items

    def _items(self):
        """Those of the latest collection. Before pytest 8 the session has none at first."""
        return getattr(self.session, "items", [])

    def _go_home(self):
        """Changes to the folder in which pytest collects; a test may have left it. Returns the
        folder to go back to, or None."""
        try:
            here = os.getcwd()
        except OSError:  # it is gone
            here = None
        if self._home is None:
            self._home = here
        if here == self._home or self._home is None:
            return None
        os.chdir(self._home)
        return here


class CollectionStopped:
    """Stands for the report that pytest does not make when a file ends the whole collection."""

    outcome = "failed"
    when = "collect"
    sections = ()
    capstdout = capstderr = caplog = ""

    def __init__(self, file, stop):
        self.nodeid = file
        self.longrepr = None
        self.longreprtext = reason_of(stop)


def file_of(test):
    return test.partition("::")[0]


# --- The loop ---------------------------------------------------------------------------------


class Batch:
    """A request to run, with what each of its ids turned out to be."""

    def __init__(self, request, collection):
        self.number = request.get("batch")
        tests = [collection.original(test) for test in request.get("tests", [])]
        collection.prepare(tests)
        self.entries = []  # (id, items): what is known here
        self.others = []  # the other ids
        for test in tests:
            node = test if test in collection.items else with_halves(test)
            items = collection.items_of(node)
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

    def __init__(self, channel, options, collection):
        self.channel = channel
        self.options = options
        self.collection = collection
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

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        self.session = session
        self.config = session.config
        distrust_missing_dependencies()
        self.channel.send(
            "hello",
            pytest=pytest.__version__,
            python="{}.{}.{}".format(*sys.version_info),
            pid=os.getpid(),
            rootdir=str(self.config.rootpath),
            maxfail=self.options.maxfail,
        )
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
                self.discover(request.get("groups", []))
            elif do == "finish":
                session.testscollected = max(1, len(self.ran))  # or pytest calls it a failure
                return True
            elif do != "idle":
                self.channel.send("failed", text="unknown request: {!r}".format(do))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session):
        own = session.exitstatus
        # A hook may end the process with its status: Offload sees that.
        self.channel.send("bye")
        yield
        if own == 1 == session.exitstatus and self.has_failed:  # Offload knows
            session.exitstatus = 0
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if session.exitstatus != 0 and isinstance(reporter, QuietReporter):
            reporter.tell()

    # Discovery.

    def discover(self, groups):
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
            return
        except (Exception, SystemExit) as error:
            self.channel.send("failed", text=printable(reason_of(error)))
            return
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
                return
            everywhere = list(range(len(groups)))
            tests[node] = {"file": file_of(node), "groups": everywhere, "alone": True}
        listed = [dict(test, id=node) for node, test in tests.items() if test["groups"]]
        names = {printable(test["id"]) for test in listed}
        if len(names) < len(listed):
            known = set()
            same = [n for n in (printable(t["id"]) for t in listed) if n in known or known.add(n)]
            self.channel.send("failed", text="two tests are called {}".format(same[0]))
            return
        for node, doubles in self.collection.doubles.items():
            text = "{} tests are all called `{}`: they count as one, which fails if any of them fails"
            self.channel.send("warning", text=text.format(len(doubles), node))
        for start in range(0, len(listed), LISTED_AT_ONCE):
            self.channel.send("listed", tests=listed[start : start + LISTED_AT_ONCE])
        shareable = not self.options.selection.read_by_others
        self.channel.send("discovered", count=len(listed), shareable=shareable)

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
        return any(self.collection.lacks(test) for test in self.asked.get("tests") or [])

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
                with self._outside_of_test(imports):
                    request = Batch(request, self.collection)
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


# --- Start ------------------------------------------------------------------------------------

# Taken out of the environment, so that a pytest that a test starts is none of Offload's.
_channel = None
if os.environ.pop("OFFLOAD_WORKER", "") == "1":
    _channel = Channel(os.environ.pop("OFFLOAD_REQUEST", None))


def pytest_addoption(parser, pluginmanager):
    """The first moment at which a plugin can register others."""
    if _channel is not None:
        options = Options()
        collection = Collection(_channel, options)
        pluginmanager.register(options, "offload-options")
        pluginmanager.register(collection, "offload-collection")
        pluginmanager.register(Worker(_channel, options, collection), "offload-worker")
