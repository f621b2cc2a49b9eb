# SPDX-License-Identifier: MIT
"""Test processes that take longer to start than a batch may take to run."""
import pytest

SHELL = {"type": "default", "create_command": "echo box-$$",
         "exec_command": "exec sh -c {command} </dev/null", "destroy_command": "true {sandbox_id}"}


def test_a_slow_start_is_no_test_that_is_slow(project):
    project.write("test_a.py", "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n")
    project.write("conftest.py", """
        import os
        import time

        if "OFFLOAD_SANDBOX_ID" in os.environ:  # listing is no work of a sandbox here
            time.sleep(13)
    """)
    project.configure(max_parallel=3, test_timeout_secs=10, framework={"worker_lifetime": "batch"})

    run = project.offload("run")

    assert run.code == 0, run
    assert run.verdicts == {"test_a.py::test_a": "passed", "test_a.py::test_b": "passed"}


def test_the_time_of_a_batch_begins_when_its_worker_is_ready(project):
    project.write("test_a.py", "import time\n\ndef test_a():\n    time.sleep(60)\n")
    project.configure(max_parallel=1, test_timeout_secs=2)

    run = project.offload("run")

    assert run.code == 1
    assert "timed out after 2 s (test_timeout_secs) while running" in run.reason("test_a.py::test_a")


@pytest.mark.parametrize("provider", [{"type": "local"}, SHELL], ids=["local", "shell"])
def test_the_listing_and_a_command_may_take_longer_than_a_batch(project, provider):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.write("conftest.py", "import time\n\ntime.sleep(4)\n")
    project.configure(max_parallel=1, test_timeout_secs=2, provider=provider)

    run = project.offload("run")

    assert run.code == 0, run
    assert run.results == {"test_a.py::test_a": ["passed"]}


def test_the_time_of_a_batch_begins_with_its_first_test_in_shell_sandboxes_too(project):
    project.write("test_a.py", "import time\n\ndef test_a():\n    time.sleep(60)\n")
    project.configure(max_parallel=1, test_timeout_secs=2, provider=SHELL)

    run = project.offload("run")

    assert run.code == 1
    assert "timed out after 2 s (test_timeout_secs) while running" in run.reason("test_a.py::test_a")


def test_the_time_begins_with_what_googletest_prints_of_its_first_test(project):
    project.write("tests.sh", """
        sleep 3
        printf '[ RUN      ] Shop.Opens\\n[       OK ] Shop.Opens (0 ms)\\n'
        printf '[ RUN      ] Shop.Hangs\\n'
        exec sleep 60
    """)
    project.write("offload.toml", """
        [offload]
        max_parallel = 1
        test_timeout_secs = 2
        sandbox_project_root = "."
        [provider]
        type = "local"
        [framework]
        type = "default"
        discover_command = "printf 'Shop.Opens\\\\nShop.Hangs\\\\n' # {filters}"
        run_command = "sh tests.sh {tests}"
        result_format = "googletest"
        test_id_format = "{classname}.{name}"
        [groups.all]
    """)

    run = project.offload("run")

    assert run.code == 1
    assert run.results["Shop.Opens"][0] == "passed"
    assert "timed out after 2 s (test_timeout_secs) while running" in run.reason("Shop.Hangs")


@pytest.mark.parametrize("provider", [{"type": "local"}, SHELL], ids=["local", "shell"])
def test_a_sandbox_in_which_no_command_gets_ready_is_to_blame(project, provider):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.write("conftest.py", """
        import os
        import time

        if "OFFLOAD_SANDBOX_ID" in os.environ and "OFFLOAD_TEST_LISTS" not in os.environ:
            time.sleep(60)
    """)
    project.configure(max_parallel=3, start_timeout_secs=3, provider=provider,
                      framework={"worker_lifetime": "batch", "worker_start": "spawn"})

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {"test_a.py::test_a": ["not run"]}
    assert "was not ready in time (start_timeout_secs)" in run.out + run.err
    assert project.leftovers() == []


def test_a_listing_has_a_limit_that_can_be_set(project):
    project.write("test_a.py", "def test_a():\n    pass\n")
    project.write("conftest.py", "import time\n\ntime.sleep(60)\n")
    project.configure(start_timeout_secs=1)

    run = project.offload("run")

    assert run.code == 1
    assert "did not end within 1 s" in run.err
    assert "raise start_timeout_secs in [offload]" in run.err


def test_what_a_worker_collects_for_its_hooks_is_part_of_its_start(project):
    project.write("conftest.py", """
        def pytest_collection_modifyitems(items):
            for number, item in enumerate(items):
                item.user_properties.append(("number", number))
    """)
    for name in "abcdefgh":
        project.write(f"test_{name}.py", "import time\n\ntime.sleep(0.5)\n\ndef test_it():\n    pass\n")
    project.configure(max_parallel=2, test_timeout_secs=2, framework={"worker_lifetime": "batch"})

    run = project.offload("run")

    assert run.code == 0, run
    assert set(run.verdicts.values()) == {"passed"} and len(run.verdicts) == 8
