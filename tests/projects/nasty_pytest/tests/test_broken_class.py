import pytest


def test_next_to_a_broken_class():
    pass


class TestBroken:
    @pytest.mark.parametrize("missing", [1])
    def test_does_not_take_its_parameter(self):
        pass
