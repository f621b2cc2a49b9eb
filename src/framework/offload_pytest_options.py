# SPDX-License-Identifier: MIT
"""Options of the user's that mean something else in a worker, and who looks at them."""

import argparse
import io
import os
import re
import sys
from pathlib import Path

import pytest
from _pytest.mark import deselect_by_keyword, deselect_by_mark
from _pytest.terminal import TerminalReporter

from offload_pytest_verdict import OUTPUT_LIMIT, tail


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
        "cacheshow": "--cache-show",
        "collectonly": "--collect-only",
        "help": "--help",
        "markers": "--markers",
        "setuponly": "--setup-only",
        "setupplan": "--setup-plan",
        "show_fixtures_per_test": "--fixtures-per-test",
        "showfixtures": "--fixtures",
        "version": "--version",
    }

    # To a process, the snapshots of tests that run in others are unused.
    OF_SYRUPY = {"disable_unused_snapshots": True, "warn_unused_snapshots": True}

    def __init__(self):
        self.maxfail = 0
        self.selection = None
        self.distribution = "no"
        self.notices = []  # of what is not as in a plain run
        self.checks_snapshots = False  # of syrupy
        self.measures_coverage = False
        self.leave = None  # how a fork ends
        self._places = None, None  # that the user has chosen, as options

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(self, early_config):
        """Before pytest-cov starts measuring: not at all, or into a file of this process's own."""
        known = early_config.known_args_namespace
        if getattr(known, "cov_source", None) and not getattr(known, "no_cov", False):
            self.measures_coverage = True
            if os.environ.get("OFFLOAD_COVERAGE") == "off":
                known.no_cov = True
                known.cov_source = []
            else:
                # Files of several machines may be combined: the number alone is not unique.
                sandbox = re.sub(r"[^\w.-]", "-", os.environ.get("OFFLOAD_SANDBOX_ID", "local"))
                mine = ".coverage.offload-{}-{}".format(sandbox, os.getpid())
                os.environ.setdefault("COVERAGE_FILE", os.path.abspath(mine))
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
        self._places = tuple(getattr(config.option, name, None) for name in ("basetemp", "log_file"))
        self._separate_places(config)
        self.selection = Selection(config)
        outcome = yield
        if self.leave is not None and outcome.excinfo is None:
            self.leave(config, outcome.get_result())

    @staticmethod
    def _separate_places(config):
        """Gives this process a place of its own where all would write to the same one."""
        mine = "offload-{}".format(os.getpid())
        if getattr(config.option, "basetemp", None):  # pytest empties it
            base = Path(os.path.abspath(config.option.basetemp))
            base.mkdir(mode=0o700, parents=True, exist_ok=True)
            config.option.basetemp = str(base / mine)
        log = getattr(config.option, "log_file", None) or ini(config, "log_file")
        if log:
            stem, suffix = os.path.splitext(log)
            config.option.log_file = "{}-{}{}".format(stem, mine, suffix)
            # pytest makes the folder after a look: of two processes that start at once, one fails.
            Path(os.path.abspath(log)).parent.mkdir(parents=True, exist_ok=True)

    def separate_places_again(self, config):
        """The same in a fork."""
        config.option.basetemp, config.option.log_file = self._places
        self._separate_places(config)
        temporary = getattr(config, "_tmp_path_factory", None)
        if temporary is not None:
            temporary._basetemp = None
            if config.option.basetemp:
                temporary._given_basetemp = Path(config.option.basetemp)
        logging_plugin = config.pluginmanager.get_plugin("logging-plugin")
        if logging_plugin is not None and config.option.log_file:
            logging_plugin.set_log_path(config.option.log_file)

    @pytest.hookimpl(tryfirst=True, hookwrapper=True)
    def pytest_sessionstart(self, session):
        """Keeps the terminal's header out of what a failure says."""
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        hides = isinstance(reporter, TerminalReporter) and not logs_live(session.config)
        if hides:
            terminal, reporter._tw._file = reporter._tw._file, Ending()
        self.selection.session_starts()
        outcome = yield
        if outcome.excinfo is None:
            self._quieten(session)
        elif hides:
            reporter._tw._file = terminal

    def _quieten(self, session):
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


# Of pytest, which has been told to collect nothing yet, and of syrupy with OF_SYRUPY.
SAYS_NOTHING = re.compile(
    r"\s*$|collected 0 items|-* snapshot report summary -*$|Unused snapshot detection is disabled"
)


class Ending(io.StringIO):
    """Keeps the end of what is written to it."""

    def write(self, text):
        if self.tell() > 2 * OUTPUT_LIMIT:
            kept = self.getvalue()[-OUTPUT_LIMIT:]
            self.seek(0)
            self.truncate()
            super().write(kept)
        return super().write(text)


def logs_live(config):
    """Whether log messages go to the terminal while tests run."""
    return bool(ini(config, "log_cli") or config.getoption("log_cli_level", None))


def ini(config, name):
    """The value of an option of the ini file, or None if its plugin is left out, as with
    `-p no:logging`."""
    try:
        return config.getini(name)
    except (KeyError, ValueError):
        return None


class QuietReporter:
    """Stands in for pytest's terminal reporter: it counts and asks as that does, and prints nothing.

    Conftests look at its `stats`, and have hooks that only the terminal reporter calls.
    """

    def __init__(self, reporter):
        self._reporter = reporter
        self._config = reporter.config
        self._said = Ending()
        self.most_warnings = getattr(reporter, "_get_max_warnings", lambda: None)()
        if not logs_live(self._config):
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

    def pytest_collectreport(self, report):
        if report.outcome != "passed":
            self.stats.setdefault("error" if report.failed else "skipped", []).append(report)

    def pytest_deselected(self, items):
        self.stats.setdefault("deselected", []).extend(items)

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
        said = [line for line in self._said.getvalue().splitlines() if not SAYS_NOTHING.match(line)]
        sys.stderr.write(tail("".join(line + "\n" for line in said)))
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
        self.read_early = False  # before the session has started
        self.words = []  # of a group, that are in use
        self.values = {name: getattr(config.option, name, "") or "" for name in self.NAMES}
        self._given = dict(self.values)
        self._config = config
        self._changed = {}  # what other options were without `words`
        self._parsed = {(): {}}
        self._has_started = False
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

    def session_starts(self):
        self._has_started = True

    def use(self, words):
        """Makes the options of a group those of pytest. Some have done what they do at its start."""
        if words == self.words:
            return
        option = self._config.option
        for name, value in self._changed.items():
            self._set(name, value)
        self._changed = {}
        self.words = words
        parsed = dict(self._parse(words))
        for name in self.NAMES:
            self.values[name] = parsed.pop(name, self._given[name])
        for name, value in parsed.items():
            self._changed[name] = getattr(option, name, None)
            self._set(name, value)

    def _set(self, name, value):
        for place in (self._config.option, self._config.known_args_namespace):
            setattr(place, name, value)

    def has_options(self, words):
        """Whether there are other options than -m and -k among them."""
        return any(name not in self.NAMES for name in self._parse(words))

    def _parse(self, words):
        """The options that the words change, by name."""
        key = tuple(words)
        if key not in self._parsed:
            self._parsed[key] = self._parse_anew(words)
        return self._parsed[key]

    def _parse_anew(self, words):
        before = dict(vars(self._config.option), **self._changed)
        before.update(dict.fromkeys(self.NAMES, ""), file_or_dir=None)
        try:
            parsed = self._config._parser.parse_known_args(words, argparse.Namespace(**before))
        except (Exception, SystemExit):  # the listing has said what is wrong with them
            return {}
        return {
            name: value
            for name, value in vars(parsed).items()
            if name not in ("file_or_dir", *Options.OVERRIDES) and before.get(name) != value
        }

    def _note(self, reader):
        if reader.split(".")[0] != "_pytest":
            self.read_by_others = True
            self.read_early = self.read_early or not self._has_started

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
