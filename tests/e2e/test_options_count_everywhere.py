# SPDX-License-Identifier: MIT
"""What decides which tests there are counts for listing and for running them."""

import textwrap

import pytest
from vitest_installs import VERSIONS, configure as configure_vitest, install

SLOW = """\
    import pytest

    def pytest_addoption(parser):
        parser.addoption("--runslow", action="store_true")
        parser.addoption("--stage", default="dev")

    def pytest_collection_modifyitems(config, items):
        if config.getoption("--runslow"):
            return
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs --runslow"))

    def pytest_ignore_collect(collection_path, config):
        return True if "prod" in collection_path.name and config.getoption("--stage") == "dev" \\
            else None
"""
TESTS = """\
    import pytest

    @pytest.mark.slow
    def test_slow():
        assert not "broken"

    def test_quick():
        pass
"""


@pytest.fixture
def slow_project(project):
    project.write("conftest.py", SLOW)
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    project.write("test_it.py", TESTS)
    return project


def test_options_in_the_filters_of_all_groups(slow_project):
    slow_project.configure(groups={"slow": {"filters": "--runslow -m slow"},
                                   "quick": {"filters": "-m 'not slow' --runslow"}})

    run = slow_project.offload("run")

    assert run.verdicts == {"test_it.py::test_slow": "failed", "test_it.py::test_quick": "passed"}


LIFETIMES = ["run", "batch", "test"]


@pytest.mark.parametrize("lifetime", LIFETIMES)
@pytest.mark.parametrize("sandboxes", [1, 2])
def test_options_that_differ_from_group_to_group(slow_project, sandboxes, lifetime):
    slow_project.configure(sandboxes, {"worker_lifetime": lifetime},
                           {"quick": {"filters": "-m 'not slow'"},
                            "slow": {"filters": "--runslow -m slow"}})

    run = slow_project.offload("run")

    assert run.verdicts == {"test_it.py::test_slow": "failed", "test_it.py::test_quick": "passed"}
    assert "WARN the filters of the groups `quick` and `slow` have different options" in run.err
    assert "none and `--runslow`" in run.err


def test_warnings_that_are_errors_in_one_group(project):
    project.write("pytest.ini", "[pytest]\nmarkers = strict\n")
    project.write("test_it.py", """
        import pytest, warnings

        @pytest.mark.strict
        def test_strict():
            warnings.warn("old")

        def test_lax():
            warnings.warn("old")
    """)
    project.configure(groups={"lax": {"filters": "-m 'not strict'"},
                              "strict": {"filters": "-m strict -W error"}})

    run = project.offload("run")

    assert run.verdicts == {"test_it.py::test_strict": "failed", "test_it.py::test_lax": "passed"}


# Projects skip slow tests unless these are asked for by name.
READERS = {
    "a hook, the mark": ("-m slow", """
        def pytest_collection_modifyitems(config, items):
            if "slow" not in (config.getoption("-m") or "").replace("not slow", ""):
                for item in items:
                    if item.get_closest_marker("slow"):
                        item.add_marker(pytest.mark.skip(reason="needs -m slow"))
    """),
    "a hook, the keyword": ("-k slow", """
        def pytest_collection_modifyitems(config, items):
            if "slow" not in config.option.keyword.replace("not slow", ""):
                for item in items:
                    if item.get_closest_marker("slow"):
                        item.add_marker(pytest.mark.skip(reason="needs -k slow"))
    """),
    "a fixture": ("-m slow", """
        @pytest.fixture(autouse=True)
        def skip_slow(request):
            asked = request.config.option.markexpr.replace("not slow", "")
            if request.node.get_closest_marker("slow") and "slow" not in asked:
                pytest.skip("needs -m slow")
    """),
    "a hook of each test": ("-m slow", """
        def pytest_runtest_setup(item):
            asked = item.config.getoption("markexpr").replace("not slow", "")
            if item.get_closest_marker("slow") and "slow" not in asked:
                pytest.skip("needs -m slow")
    """),
}
GROUPS = {
    "one": lambda words: {"slow": {"filters": words}},
    "both": lambda words: {"quick": {"filters": words[:3] + "'not slow'"},
                           "slow": {"filters": words}},
    "all and slow": lambda words: {"all": {}, "slow": {"filters": words}},
}


@pytest.mark.parametrize("lifetime", LIFETIMES)
@pytest.mark.parametrize("groups", GROUPS)
@pytest.mark.parametrize("reader", READERS)
def test_a_selection_that_the_project_reads(project, reader, groups, lifetime):
    words, conftest = READERS[reader]
    project.write("conftest.py", "import pytest\n" + textwrap.dedent(conftest))
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    project.write("test_it.py", TESTS)
    project.configure(groups=GROUPS[groups](words), framework={"worker_lifetime": lifetime})

    run = project.offload("run")

    quick = {} if groups == "one" else {"test_it.py::test_quick": "passed"}
    assert run.verdicts == {"test_it.py::test_slow": "failed", **quick}
    assert "WARN" not in run.err


@pytest.mark.parametrize("sandboxes", [1, 3])
def test_tests_of_groups_take_turns_in_a_worker(project, sandboxes):
    """Each is collected for its group, whatever came before it."""
    project.write("conftest.py", "import pytest\n" + textwrap.dedent(READERS["a hook, the mark"][1]))
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    for number in range(6):
        project.write(f"test_{number}.py", """
            import pytest

            @pytest.fixture(scope="module", autouse=True)
            def shared():
                return []

            @pytest.mark.parametrize("n", range(3))
            def test_quick(n, shared):
                shared.append(n)

            @pytest.mark.slow
            @pytest.mark.parametrize("n", range(3))
            def test_slow(n, shared):
                shared.append(n)
        """)
    project.configure(sandboxes, groups=GROUPS["both"]("-m slow"))

    run = project.offload("run")

    assert run.code == 0, run
    assert list(run.verdicts.values()) == ["passed"] * 36


def test_a_selection_that_is_read_when_pytest_starts(project):
    project.write("conftest.py", """
        import pytest

        def pytest_configure(config):
            config.is_slow = config.getoption("-m") == "slow"

        def pytest_runtest_setup(item):
            if item.get_closest_marker("slow") and not item.config.is_slow:
                pytest.skip("needs -m slow")
    """)
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    project.write("test_it.py", TESTS)

    project.configure(groups=GROUPS["one"]("-m slow"))
    assert project.offload("run").verdicts == {"test_it.py::test_slow": "failed"}

    project.configure(groups=GROUPS["both"]("-m slow"))
    assert "WARN a conftest or plugin reads -m or -k when pytest starts" in (
        project.offload("run").err)


@pytest.mark.parametrize("words, code", [
    ("test_it.py", "any('test_it.py' in one for one in config.args)"),
    ("test_it.py::test_slow", "'::' in str(config.invocation_params.args)"),
    ("-m slow", "'slow' in __import__('sys').argv"),
])
def test_a_command_line_that_the_project_reads(project, words, code):
    project.write("conftest.py", f"""
        import pytest

        def pytest_collection_modifyitems(config, items):
            if not ({code}):
                for item in items:
                    item.add_marker(pytest.mark.skip(reason="not asked for by name"))
    """)
    project.write("pytest.ini", "[pytest]\nmarkers = slow\n")
    project.write("test_it.py", TESTS)
    project.configure(groups={"slow": {"filters": words}})

    run = project.offload("run")

    assert run.verdicts["test_it.py::test_slow"] == "failed"
    assert "skipped" not in run.verdicts.values()


@pytest.mark.parametrize("place", ["run_args", "filters"])
def test_options_that_collect_more(slow_project, place):
    slow_project.write("shop.py", '''\
        def price():
            """
            >>> price()
            3
            """
            return 2
    ''')
    slow_project.write("test_prod.py", "def test_prod():\n    assert not 'broken'\n")
    words = "--doctest-modules --stage prod"
    slow_project.configure(framework={"run_args": words} if place == "run_args" else {},
                           groups={"all": {"filters": words if place == "filters" else ""}})

    run = slow_project.offload("run")

    assert run.verdicts["shop.py::shop.price"] == "failed"
    assert run.verdicts["test_prod.py::test_prod"] == "failed"


def test_a_selection_in_run_args(slow_project):
    slow_project.configure(framework={"run_args": "-k quick"})

    run = slow_project.offload("run")

    assert run.verdicts == {"test_it.py::test_quick": "passed"}
    assert run.code == 0


def test_variables_of_sandboxes_elsewhere(project):
    """Listing gets them too, but for those that name places there."""
    project.write("test_it.py", """\
        import os

        def test_one():
            pass

        if os.environ.get("STAGE") == "prod":
            def test_prod():
                assert not "broken"
    """)
    project.configure(provider={
        "type": "default", "create_command": "echo box", "destroy_command": "true # {sandbox_id}",
        "exec_command": "sh -c {command} # {sandbox_id}",
        "env": {"STAGE": "prod", "HOME": "/nowhere"}})

    run = project.offload("run")

    assert run.verdicts == {"test_it.py::test_one": "passed", "test_it.py::test_prod": "failed"}


@pytest.mark.parametrize("version", VERSIONS)
def test_configuration_of_vitest_in_run_args(project, version):
    install(project, version)
    project.write("other.config.js", """
        export default { test: { include: ['**/*.check.js'], globals: true } }
    """)
    project.write("a.check.js", "test('one', () => { expect(1).toBe(2) })\n")
    project.write("a.test.js", "test('no globals here', () => {})\n")
    configure_vitest(project, framework={"run_args": "--config other.config.js"})

    run = project.offload("run")

    assert run.verdicts == {"a.check.js > one": "failed"}


@pytest.mark.parametrize("version", VERSIONS)
def test_fixtures_of_vitest(project, version):
    install(project, version)
    project.write("a.test.js", """
        import { test, expect } from 'vitest'
        const it = test.extend({ price: async ({}, use) => { await use(3) } })
        it('has a price', ({ price }) => { expect(price).toBe(3) })
        test('has none', () => {})
    """)
    configure_vitest(project)

    run = project.offload("run")

    assert run.verdicts == {"a.test.js > has a price": "passed", "a.test.js > has none": "passed"}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_name_pattern_in_the_configuration_of_vitest(project, version):
    install(project, version)
    project.write("vitest.config.js", "export default { test: { testNamePattern: 'good' } }\n")
    project.write("a.test.js", """
        import { test, expect } from 'vitest'
        test('good', () => {})
        test('bad', () => { expect(1).toBe(2) })
    """)
    configure_vitest(project)

    run = project.offload("run")

    assert run.verdicts == {"a.test.js > good": "passed"}
    assert run.code == 0


# --- Snapshots ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_snapshots_of_a_file_that_is_divided(project, version):
    """Each process would write the file with its own snapshots only."""
    install(project, version)
    names = [f"test {number}" for number in range(6)]
    project.write("a.test.js", "import { test, expect } from 'vitest'\n" + "".join(
        f"test('{name}', async () => {{ await new Promise((r) => setTimeout(r, 200));"
        f" expect('{name}').toMatchSnapshot() }})\n" for name in names))
    configure_vitest(project, framework={"run_args": "-u"}, max_parallel=3)

    for _ in range(2):  # the second run knows durations
        assert project.offload("run", env={"CI": None}).code == 0
        written = project.read("__snapshots__/a.test.js.snap")
        assert [name for name in names if f"[`{name} 1`]" not in written] == []


def test_obsolete_snapshots_of_vitest(project):
    """In CI, they fail their file: whoever runs a part of it does not see them."""
    install(project)
    project.write("__snapshots__/a.test.js.snap", """\
        // Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html

        exports[`gone 1`] = `1`;
    """)
    project.write("a.test.js", "import { test } from 'vitest'\n" + "".join(
        f"test('{number}', () => new Promise((done) => setTimeout(done, 500)))\n"
        for number in range(3)))
    configure_vitest(project, groups={"all": {"retry_count": 1}})

    for arguments in ([], [], ["--failed"]):
        run = project.offload("run", *arguments, env={"CI": "true"})
        assert run.code == 1, run
        assert "All tests passed" not in run.out


def test_snapshots_of_syrupy(project):
    project.write("test_it.py", """\
        import time
        import pytest

        @pytest.mark.parametrize("number", range(12))
        def test_it(number, snapshot):
            time.sleep(0.05)
            assert {"number": number} == snapshot
    """)
    project.configure(framework={"run_args": "-p syrupy --snapshot-update"}, max_parallel=3)

    for _ in range(2):
        assert project.offload("run").code == 0
        assert project.read("__snapshots__/test_it.ambr").count("# name:") == 12


# --- What a run without a verdict leaves ---------------------------------------------------------


def test_a_run_that_cannot_list_its_tests_shows_no_older_results(project):
    project.write("test_it.py", "def test_it():\n    pass\n")
    project.configure()
    assert project.offload("run").code == 0
    project.write("conftest.py", "raise RuntimeError('no settings')\n")

    for _ in range(2):
        assert project.offload("run").code == 1
        assert not (project.folder / "test-results" / "junit.xml").exists()
        assert (project.folder / "test-results" / "junit.previous.xml").exists()
        assert project.offload("logs").code == 1
    project.write("conftest.py", "")
    assert project.offload("run", "--failed").verdicts == {"test_it.py::test_it": "passed"}


def test_a_file_that_could_not_be_loaded_runs_again_when_it_can(project):
    project.write("test_it.py", "def test_it():\n    pass\n")
    project.write("test_other.py", "def test_other():\n    pass\n")
    project.configure()
    assert project.offload("run").code == 0
    project.write("test_it.py", "import no_such_module\n\ndef test_it():\n    pass\n")
    assert project.offload("run", "--failed").code == 1
    project.write("test_it.py", "def test_it():\n    assert not 'broken'\n")

    run = project.offload("run", "--failed")

    assert run.code == 1
    assert run.verdicts["test_it.py::test_it"] == "failed"


def test_parts_of_a_run_have_the_same_seed(project):
    project.write("test_it.py", """\
        import os

        def test_it():
            assert os.environ["PYTHONHASHSEED"] == "0"
    """)
    project.configure()

    assert project.offload("run", "--shard", "1/1").code == 0


def test_logs_of_failures_point_to_errors(project):
    project.write("test_it.py", "import no_such_module\n")
    project.configure()
    assert project.offload("run").code == 1

    logs = project.offload("logs", "--failures")

    assert "1 error: `offload logs --errors` shows it" in logs.err
