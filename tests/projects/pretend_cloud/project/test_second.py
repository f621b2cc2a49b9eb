# SPDX-License-Identifier: MIT
"""More of it, in another file."""

import time

import pytest


@pytest.fixture
def broken():
    raise RuntimeError("the fixture is broken")


@pytest.mark.parametrize("number", range(6))
def test_other_passes(number):
    time.sleep(0.05)


def test_sum_fails():
    assert 1 + 1 == 3


def test_broken_fails(broken):
    pass


@pytest.mark.skip(reason="not here")
def test_elsewhere_is_skipped():
    pass


def test_late_is_skipped():
    time.sleep(0.1)
    pytest.skip("found out late")


@pytest.mark.xfail(reason="known")
def test_known_is_skipped():
    assert False
