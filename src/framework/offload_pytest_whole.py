# SPDX-License-Identifier: MIT
"""Whether hooks and fixtures of a project look at all of its tests, and not at each for itself.

A worker imports the files of its own tests. That is a part of the project, which such a hook may not
take for the whole: it would skip or order tests otherwise than in a plain run.
"""

import ast
import dis
import inspect
import textwrap

# Plugins whose pytest_collection_modifyitems only orders tests, or marks each for itself.
PIECEWISE_PLUGINS = frozenset(
    "_pytest anyio pytest_asyncio pytest_cases pytest_django pytest_order pytest_ordering "
    "pytest_randomly pytest_reverse pytest_trio random_order syrupy xdist".split()
)


def is_trusted(function):
    module = getattr(function, "__module__", None) or ""
    return module.partition(".")[0] in PIECEWISE_PLUGINS or module.startswith("offload_pytest")


def looks_at_the_whole(hook):
    """Whether a pytest_collection_modifyitems may need all items of the project at once.

    Most such hooks look at one item after the other, and may see the items of a few files. Others
    count the items, or ask whether there is one of a kind. `hook` is taken for one of these unless
    its source shows that it only loops over `items`, filters and sorts them.
    """
    if is_trusted(hook):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(hook)))
    except (OSError, TypeError, SyntaxError):
        return True
    return Reading(tree).looks_at_the_whole()


class Reading:
    """The use that the source of a hook makes of `items`, and of lists that it makes of them."""

    def __init__(self, tree):
        self._nodes = list(ast.walk(tree))
        self._lists = {"items"} | {
            target.id
            for target, value in self._assignments()
            if isinstance(target, ast.Name) and self._makes_list(value)
        }
        self._harmless = set()  # the places where a list is named

    def looks_at_the_whole(self):
        for node in self._nodes:
            self._allow(node)
        return any(
            self._counts(node)
            or self._goes_beyond(node)
            or (
                isinstance(node, ast.Name)
                and node.id in self._lists
                and isinstance(node.ctx, ast.Load)
                and node not in self._harmless
            )
            or (isinstance(node, ast.Attribute) and node.attr == "items" and "session" in ast.dump(node))
            for node in self._nodes
        )

    def _assignments(self):
        """Pairs of a target and a value, also of `a, b = [], []`."""
        for node in self._nodes:
            if isinstance(node, ast.AnnAssign):
                yield node.target, node.value
            for target in getattr(node, "targets", []) if isinstance(node, ast.Assign) else []:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    yield from zip(target.elts, node.value.elts)
                else:
                    yield target, node.value

    @staticmethod
    def _makes_list(value):
        """Whether it is an empty list, or one of some items: `[item for item in items if ...]`."""
        if isinstance(value, ast.List):
            return not value.elts
        return isinstance(value, ast.ListComp) and is_filter(value)

    def _allow(self, node):
        if isinstance(node, ast.For):
            self._allow_loop(node.iter)
        elif isinstance(node, ast.ListComp) and is_filter(node):
            self._allow_loop(node.generators[0].iter)
        elif isinstance(node, ast.Assign) and is_all_of_items(node.targets[0]):
            self._harmless.update((node.targets[0], node.targets[0].value))
            self._allow_loop(node.value)
            if isinstance(node.value, ast.BinOp):  # items[:] = first + last
                self._harmless.update(ast.walk(node.value))
        elif isinstance(node, ast.Attribute) and node.attr in (
            "sort", "remove", "reverse", "append", "extend"
        ):
            self._harmless.add(node.value)
        elif isinstance(node, ast.Call) and called(node) in ("shuffle", "pytest_deselected", "extend"):
            self._harmless.update(node.args)
            self._harmless.update(keyword.value for keyword in node.keywords)
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name):
            if all(self._only_deselects(statement) for statement in node.body) and not node.orelse:
                self._harmless.add(node.test)

    def _allow_loop(self, node):
        """A loop over a list, or over a copy of it."""
        copies = isinstance(node, ast.Call) and called(node) in ("list", "sorted", "reversed")
        self._harmless.update(node.args if copies else [node])
        if isinstance(node, ast.Subscript) and is_all_of_items(node):  # for item in items[:]
            self._harmless.add(node.value)

    @staticmethod
    def _only_deselects(statement):
        if isinstance(statement, ast.Assign):
            return is_all_of_items(statement.targets[0])
        return (
            isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and called(statement.value) == "pytest_deselected"
        )

    def _counts(self, node):
        """Whether it keeps something from one item to the next."""
        if isinstance(node, ast.Call):
            receiver = getattr(getattr(node.func, "value", None), "id", None)
            if called(node) in ("append", "extend", "insert") and receiver is not None:
                return receiver not in self._lists  # a list that others look at
            return called(node) in ("next", "enumerate", "zip", "add", "setdefault", "update")
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.BinOp):
            names = {getattr(target, "id", None) for target in node.targets}
            return any(getattr(part, "id", None) in names for part in ast.walk(node.value))
        stores = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        return isinstance(node, ast.AugAssign) or (stores and node not in self._harmless)

    def _goes_beyond(self, node):
        """Whether a loop over items tells something to what comes after it, or to its next round."""
        if not isinstance(node, ast.For) or not self._is_over_items(node.iter):
            return False
        if node.orelse or leaves(node.body):
            return True
        inside = set(ast.walk(node))
        names = [part for part in self._nodes if isinstance(part, ast.Name)]
        stores = [part for part in names if part in inside and isinstance(part.ctx, ast.Store)]
        kept = {part.id for part in set(stores).difference(ast.walk(node.target))}
        first = {}  # the line in which the loop first stores each name
        for part in stores:
            first[part.id] = min(first.get(part.id, part.lineno), part.lineno)

        def tells(load):
            if load in inside:
                return load.lineno < first[load.id]
            return load.lineno > node.lineno and not self._is_stored_anew(load, names, node)

        return any(
            tells(part) for part in names if part.id in kept and isinstance(part.ctx, ast.Load)
        )

    def _is_stored_anew(self, load, names, loop):
        """Whether the name gets another value between the loop and `load`."""
        end = max(getattr(part, "lineno", 0) for part in ast.walk(loop))
        return any(
            part.id == load.id and isinstance(part.ctx, ast.Store) and end < part.lineno <= load.lineno
            for part in names
        )

    def _is_over_items(self, node):
        return any(
            isinstance(part, ast.Name) and part.id in self._lists for part in ast.walk(node)
        )


def called(node):
    return getattr(node.func, "id", None) or getattr(node.func, "attr", None)


def is_filter(node):
    """Whether a list is made of some of the elements of another: `[x for x in xs if ...]`."""
    return (
        len(node.generators) == 1
        and isinstance(node.elt, ast.Name)
        and node.elt.id == getattr(node.generators[0].target, "id", None)
    )


def is_all_of_items(node):
    """Whether it is `items[:]`."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Slice)
        and not (node.slice.lower or node.slice.upper or node.slice.step)
        and getattr(node.value, "id", None) == "items"
    )


def leaves(statements):
    """Whether a loop with these statements may end before its last round."""
    for node in statements:
        if isinstance(node, (ast.Break, ast.Return)):
            return True
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            continue
        loop = isinstance(node, (ast.For, ast.While))
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.excepthandler))]
        if loop:  # its `break` is its own
            if any(isinstance(part, ast.Return) for part in ast.walk(node)):
                return True
        elif leaves(inner):
            return True
    return False


def hears_of_deselection(hooks):
    """Whether a hook of the project's own hears what -m and -k leave out."""
    return any(
        not is_trusted(hook.function) for hook in hooks.pytest_deselected.get_hookimpls()
    )


def reads_session_items(session, known):
    """Whether a hook or a fixture reads `session.items`. `known` keeps what has been looked at."""
    functions = [
        hook.function
        for name, caller in vars(session.config.hook).items()
        if name.startswith("pytest_") and name != "pytest_collection_modifyitems"
        for hook in caller.get_hookimpls()
    ]
    for name, fixtures in vars(session._fixturemanager).items():
        if name.startswith("_arg2"):  # by name, and since pytest 9.2 by node as well
            functions += functions_in(fixtures)
    for function in functions:  # asked before each import: only the new ones are looked at
        if function not in known:
            plain = inspect.unwrap(getattr(function, "__func__", function))
            known[function] = not is_trusted(plain) and reads_items(plain)
    return any(known.values())


def functions_in(fixtures):
    """The functions of pytest's definitions of fixtures, in dictionaries and lists of any depth."""
    if isinstance(fixtures, (dict, list, tuple)):
        parts = fixtures.values() if isinstance(fixtures, dict) else fixtures
        return [function for part in parts for function in functions_in(part)]
    return [fixtures.func] if hasattr(fixtures, "func") else []


def reads_items(function):
    code = getattr(function, "__code__", None)
    if code is None or "items" not in code.co_names:
        return False
    names = [one.argval for one in dis.get_instructions(code) if isinstance(one.argval, str)]
    return any(pair == ("session", "items") for pair in zip(names, names[1:]))
