import pytest


@pytest.fixture(scope="package")
def package_setups(counter):
    return counter("package-setups-" + __name__)
