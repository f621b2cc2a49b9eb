# SPDX-License-Identifier: MIT
"""Workers that take longer to start than a batch may take to run."""


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
