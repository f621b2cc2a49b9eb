# SPDX-License-Identifier: MIT
"""A suite with every kind of verdict; test names end with the one they get."""

import os
import time

import pytest


@pytest.mark.parametrize("number", range(12))
def test_quick_passes(number):
    time.sleep(0.02)


@pytest.mark.parametrize("number", range(4))
def test_slow_passes(number):
    time.sleep(0.3)


def test_flaky_is_flaky():
    """Fails in the first run that it gets to its end."""
    with open(os.path.join(os.environ["NOTES"], "flaky"), "a+", encoding="ascii") as notes:
        notes.write("run\n")
        notes.seek(0)
        runs = len(notes.readlines())
    assert runs > 1
