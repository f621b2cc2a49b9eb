import pytest


@pytest.fixture(scope="module", autouse=True)
def module_with_a_broken_teardown():
    yield
    raise RuntimeError("the module's tear-down is broken")


def test_first_in_module():
    pass


def test_last_in_module_takes_the_blame():
    pass
