import pytest


def test_passes():
    print("said")


def test_fails():
    assert 1 + 1 == 3


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass


@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    assert False


@pytest.mark.parametrize("name", ["a b", "ü"])
def test_odd_names(name):
    pass


@pytest.fixture
def broken():
    raise OSError("the disk is full")


def test_of_a_broken_fixture(broken):
    pass
