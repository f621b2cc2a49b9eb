import pytest


@pytest.fixture(scope="module")
def module_setups(counter):
    return counter("module-setups-" + __name__)


def test_same(package_setups):
    assert package_setups >= 1


def test_same_module(module_setups):
    assert module_setups >= 1


class TestPlain:
    def test_same(self, module_setups):
        assert module_setups >= 1
