# SPDX-License-Identifier: MIT
"""Tests that have to stay together: in one process, and in their order."""

import os
import re
import sys

import pytest

from offload_pytest_verdict import file_of


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
    pytest-order and pytest-ordering, as steps of pytest-steps, as examples of a document of sybil, by the mark `incremental` of
    pytest's documentation, by `--dist loadfile` and `loadscope`, and by the key keep_together.
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
        self._by_document()
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
        if self._writes_snapshots():
            wanted.append(("file", False))
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

    def _writes_snapshots(self):
        """Whether the tests of a file write one file, of syrupy, snapshottest or inline-snapshot."""
        names = ("update_snapshots", "update_new_snapshots_only", "snapshot_update",
                 "inline_snapshot")
        return any(getattr(self._config.option, name, None) for name in names)

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

    def _by_document(self):
        """The examples of a document of sybil: they share its namespace."""
        if "sybil" not in sys.modules:
            return
        for position, item in enumerate(self._items):
            if type(item).__module__.partition(".")[0] == "sybil":
                self._join_all(position, ("document", file_of(item.nodeid)))

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
