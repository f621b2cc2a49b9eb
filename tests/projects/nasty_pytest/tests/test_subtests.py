import pytest

try:
    import pytest_subtests  # noqa: F401
except ImportError:
    AVAILABLE = hasattr(pytest, "Subtests")  # a part of pytest since version 9
else:
    AVAILABLE = True

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="this pytest has no subtests")


def test_two_subtests_of_four_fail(subtests):
    for number in range(4):
        with subtests.test("numbered", number=number):
            assert number % 2 == 0


def test_a_subtest_is_skipped(subtests):
    with subtests.test("skipping"):
        pytest.skip("just this one")
    with subtests.test("passing"):
        pass


def test_a_subtest_and_the_test_fail(subtests):
    with subtests.test(msg="inner"):
        assert False, "inside"
    assert False, "outside"
