import pytest


@pytest.fixture(scope="module")
def module_with_a_broken_setup():
    raise RuntimeError("the module's set-up is broken")


def test_first_user(module_with_a_broken_setup):
    pass


def test_second_user(module_with_a_broken_setup):
    pass


def test_innocent():
    pass
