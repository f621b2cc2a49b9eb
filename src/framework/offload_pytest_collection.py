# SPDX-License-Identifier: MIT
"""The tests of a process: from test ids to pytest's items, and further files when asked for."""

import contextlib
import functools
import os
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem
from _pytest.outcomes import Exit

from offload_pytest_channel import HALF_ESCAPED, with_halves
from offload_pytest_options import selected
from offload_pytest_whole import hears_of_deselection, looks_at_the_whole, reads_session_items
from offload_pytest_verdict import file_of, first_line, reason_of

HAS_DIRECTORY_NODES = hasattr(pytest, "Directory")  # since pytest 8


INCOMPLETE = (
    "a hook or plugin of pytest may need all tests of the project, and gets those of some files: "
    "the project could not be collected: {}"
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
        self._readers = {}  # hooks and fixtures: whether one reads session.items
        self.problems = {}  # reports of what did not collect, by node id
        self.files = set()  # collected without a problem
        self._directories = {}
        self._collecting = False
        self._narrowed = False
        self._current_file = None
        self._filters = []  # that hooks have seen

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
        # Not every plugin deselects items: pytest-testmon has stand-ins for them.
        self.deselected.update(getattr(item, "nodeid", None) for item in items)

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

    def see(self, words):
        """Lets hooks and fixtures see the filters of a group."""
        if self.sees_anew(words):  # hooks have prepared the items for others
            self.items, self.doubles, self.problems = {}, {}, {}
            self.files.clear()
            self.deselected.clear()
            self._is_whole = False
        self.options.selection.use(words)
        self._filters = words

    def sees_anew(self, words):
        """Whether the items that are there may be others with these filters."""
        selection = self.options.selection
        return words != self._filters and (
            selection.read_by_others or any(map(selection.has_options, (words, self._filters)))
        )

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
        if not files:
            return
        if self.collects_everything(elsewhere):
            if any(self.lacks(test) for test in tests):  # -m or -k of the command line left it out
                self.everything(natural=False)
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
            self.everything(natural=hears_of_deselection(self.session.config.hook))
        except (Exception, SystemExit, KeyboardInterrupt) as stop:
            self.channel.send("warning", text=INCOMPLETE.format(first_line(reason_of(stop))))
            return False
        finally:
            self._is_starting = False
        return True

    def needs_everything(self):
        hooks = self.session.config.hook
        for hook in hooks.pytest_collection_modifyitems.get_hookimpls():
            if hook.function not in self._hooks:
                self._hooks[hook.function] = looks_at_the_whole(hook.function)
        return (
            any(self._hooks.values())
            or hears_of_deselection(hooks)
            or reads_session_items(self.session, self._readers)
            or any(not isinstance(item, (pytest.Function, DoctestItem)) for item in self._items())
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
        pyargs = config.option.pyargs
        if arguments is not config.args:  # paths, and not the user's words, which hooks may look at
            collect_all = type(self.session).perform_collect
            self.session.perform_collect = functools.partial(collect_all, self.session, arguments)
            config.option.pyargs = False
        self._collecting = True
        self._failed_reports = 0
        left = self._go_home()
        try:
            collect(session=self.session)
        finally:
            self._collecting = False
            self.session.__dict__.pop("perform_collect", None)
            config.option.pyargs = pyargs
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
