# SPDX-License-Identifier: MIT
"""Offload's own configuration, on a few of Offload's own tests: CI runs most of them with it."""

import re
import subprocess
from pathlib import Path

from conftest import BINARY, REPOSITORY

FEW = "^(ShellQuoted|SplitShellWords|PathGlob|Nearest|ConstrainedScheduler)[.]"


def test_the_repositorys_own_configuration_runs_its_tests(project):
    # In a folder of its own: ctest writes a log even when it only lists, and the log of the run that
    # this test is part of must stay.
    build = project.write("build/CTestTestfile.cmake", f'subdirs("{Path(BINARY).parent}")\n').parent
    text = (REPOSITORY / "offload.toml").read_text(encoding="utf-8")
    text = re.sub('build_dir = ".*"', f'build_dir = "{build}"', text)
    project.write("offload.toml", text)
    listed = subprocess.run(["ctest", "--test-dir", build, "-N", "-R", FEW], env=project.env,
                            check=True, capture_output=True, text=True).stdout
    names = re.findall(r"^ *Test +#\d+: (.*)$", listed, re.M)

    run = project.offload("run", env={"OFFLOAD_SELF_FILTERS": f"-R '{FEW}'"})

    assert len(names) > 20
    assert run.verdicts == dict.fromkeys(names, "passed")
    assert run.code == 0
