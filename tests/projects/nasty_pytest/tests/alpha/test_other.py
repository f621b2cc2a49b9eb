import pytest


def test_uses_the_package_too(package_setups):
    assert package_setups >= 1
