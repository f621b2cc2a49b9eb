"""Fails once for each fresh folder NASTY_STATE_DIR; without that variable, always."""

import pytest


@pytest.mark.flaky
def test_fails_the_first_time(counter):
    assert counter("flaky-runs") != 1
