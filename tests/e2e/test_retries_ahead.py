# SPDX-License-Identifier: MIT
"""`speculative_retries`: idle sandboxes begin the retries of a test that is still running."""

# Hangs the first time that it is run, and passes at once the second time.
STUCK_ONCE = """
    import os, pathlib, time

    def test_stuck_once():
        with open("runs", "a") as file:
            file.write(os.environ["OFFLOAD_SANDBOX_ID"] + "\\n")
        if len(pathlib.Path("runs").read_text().splitlines()) == 1:
            time.sleep(300)
"""


def test_an_idle_sandbox_begins_the_retry_and_the_first_result_counts(project):
    project.write("test_a.py", STUCK_ONCE)
    project.configure(speculative_retries=True, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.code == 0, run
    assert run.results == {"test_a.py::test_stuck_once": ["passed"]}
    sandboxes = project.lines("runs")
    assert len(sandboxes) == len(set(sandboxes)) == 2
    assert project.leftovers() == []


def test_a_retry_that_has_begun_is_the_retry_of_a_failure(project):
    project.write("test_a.py", """
        import pathlib, time

        def test_fails_late():
            with open("runs", "a") as file:
                file.write("x\\n")
            first = len(pathlib.Path("runs").read_text().splitlines()) == 1
            until = time.monotonic() + 60
            # Both attempts are under way when the first one fails.
            while len(pathlib.Path("runs").read_text().splitlines()) < 2:
                assert time.monotonic() < until, "there is no second attempt"
                time.sleep(0.01)
            if not first:
                time.sleep(1)
            assert not first
    """)
    project.configure(speculative_retries=True, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.code == 2, run
    assert run.results == {"test_a.py::test_fails_late": ["failed", "passed"]}
    assert len(project.lines("runs")) == 2


def test_local_sandboxes_begin_no_retry_ahead_by_themselves(project):
    project.write("test_a.py", STUCK_ONCE)
    project.configure(test_timeout_secs=4, groups={"all": {"retry_count": 1}})

    run = project.offload("run")

    assert run.code == 2, run
    assert run.results == {"test_a.py::test_stuck_once": ["timed out", "passed"]}
