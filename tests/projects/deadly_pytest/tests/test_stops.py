import sys

import pytest


@pytest.fixture(scope="module", autouse=True)
def module():
    yield
    print("the module is torn down")


def test_before():
    pass


def test_stops_the_session():
    pytest.exit("enough for today")


def test_between():
    pass


def test_interrupts():
    raise KeyboardInterrupt


def test_closes_the_stream_that_pytest_captures_with():
    sys.stdout.close()


def test_after():
    pass
