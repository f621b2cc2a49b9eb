import sys

import pytest


def test_passes():
    pass


def test_fails_with_a_diff():
    assert {"apples": 1, "pears": [1, 2, 3]} == {"apples": 2, "pears": [1, 2, 4]}


def test_raises():
    raise ValueError("line one\nline two")


def test_errors_in_setup(broken_setup):
    pass


def test_errors_in_teardown(broken_teardown):
    pass


def test_fails_and_errors_in_teardown(broken_teardown):
    assert "call" == "broken too"


def test_asks_for_an_unknown_fixture(no_such_fixture):
    pass


def test_skips_itself():
    pytest.skip("no reason to run")


@pytest.mark.skip(reason="marked")
def test_is_skipped():
    pass


@pytest.mark.skipif(sys.version_info >= (3,), reason="too new")
def test_is_skipped_on_a_condition():
    pass


def test_skips_in_teardown(request):
    request.addfinalizer(lambda: pytest.skip("rather late"))


@pytest.mark.xfail(reason="known bug")
def test_fails_as_expected():
    assert False


@pytest.mark.xfail(run=False, reason="would crash")
def test_is_not_even_run():
    assert False


def test_declares_its_failure():
    pytest.xfail("declared")


@pytest.mark.xfail(reason="thought to be broken")
def test_passes_unexpectedly():
    pass


@pytest.mark.xfail(strict=True, reason="must be broken")
def test_passes_against_strict_expectation():
    pass


@pytest.mark.xfail(raises=KeyError, reason="another error")
def test_fails_with_another_error_than_expected():
    raise ValueError("not a KeyError")


@pytest.mark.slow
def test_is_slow():
    pass


def test_exits_the_interpreter_politely():
    sys.exit(3)
