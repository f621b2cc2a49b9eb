import pytest


@pytest.mark.parametrize("number", range(20))
def test_innocent(number):
    pass
