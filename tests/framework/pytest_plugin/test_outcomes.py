# SPDX-License-Identifier: MIT
"""What "finished" says about a test: outcome, message, text, output, time and place."""

import pytest

SKIP_REASONS = {
    "pytest.skip('no reason')": "no reason",
    "raise __import__('unittest').SkipTest('the old way')": "the old way",
}


def result(project, body, *arguments, **options):
    project.write("test_x.py", body)
    return project.worker(*arguments, **options).result("test_x.py::test_x")


def test_a_passing_test_has_neither_message_nor_text(project):
    event = result(project, "def test_x(): pass\n")

    seconds = event.pop("seconds")
    assert 0 <= seconds < 1
    assert event == {
        "event": "finished",
        "batch": 1,
        "id": "test_x.py::test_x",
        "outcome": "passed",
        "file": "test_x.py",
        "line": 1,
    }


def test_a_failing_test_has_one_line_and_the_whole_text(project):
    event = result(project, "def test_x():\n    assert [1, 2] == [1, 3], 'first\\nsecond'\n")

    assert event["outcome"] == "failed"
    assert event["message"] == "AssertionError: first"
    assert "test_x.py:2: AssertionError" in event["text"]
    assert "At index 1 diff" in event["text"]


def test_the_text_has_no_colours_even_if_asked_for(project):
    event = result(project, "def test_x(): assert [1] == [2]\n", "--color=yes", "-vv")

    assert "\x1b" not in event["text"]


def test_the_style_of_tracebacks_is_the_users(project):
    event = result(project, "def test_x(): assert 1 == 2\n", "--tb=line")

    assert len(event["text"].splitlines()) == 1


FIXTURE = """
    import pytest
    @pytest.fixture
    def broken():
        {}
        yield
        {}
    def test_x(broken): {}
"""


def test_a_failing_setup_is_an_error(project):
    event = result(project, FIXTURE.format("raise OSError('no set-up')", "", "pass"))

    assert (event["outcome"], event["message"]) == ("errored", "OSError: no set-up")


def test_a_failing_teardown_is_an_error(project):
    event = result(project, FIXTURE.format("", "raise OSError('no tear-down')", "pass"))

    assert (event["outcome"], event["message"]) == ("errored", "OSError: no tear-down")
    assert "no tear-down" in event["text"]


def test_a_failing_call_outweighs_a_failing_teardown_and_both_are_told(project):
    event = result(project, FIXTURE.format("", "raise OSError('down')", "assert 0, 'call'"))

    assert (event["outcome"], event["message"]) == ("failed", "AssertionError: call")
    assert "--- call ---" in event["text"] and "--- teardown ---" in event["text"]
    assert "OSError: down" in event["text"]


def test_a_missing_fixture_is_told_in_the_message(project):
    event = result(project, "def test_x(nothing): pass\n")

    assert (event["outcome"], event["message"]) == ("errored", "fixture 'nothing' not found")


@pytest.mark.parametrize("skip", sorted(SKIP_REASONS))
def test_a_skip_has_its_reason_as_message(project, skip):
    event = result(project, "import pytest\ndef test_x(): {}\n".format(skip))

    assert (event["outcome"], event["message"]) == ("skipped", SKIP_REASONS[skip])


def test_a_skip_with_a_failing_teardown_is_an_error(project):
    event = result(project, FIXTURE.format("", "raise OSError('down')", "pytest.skip('x')"))

    assert event["outcome"] == "errored"


@pytest.mark.parametrize(
    "mark, body, outcome, message",
    [
        ("xfail(reason='known')", "assert 0", "skipped", "xfail: known"),
        ("xfail(reason='known', run=False)", "assert 0", "skipped", "xfail: [NOTRUN] known"),
        ("xfail", "assert 0", "skipped", "xfail: "),
        ("xfail(reason='known')", "pass", "passed", "xpass: known"),
        ("xfail(reason='known', strict=True)", "pass", "failed", "[XPASS(strict)] known"),
        ("xfail(raises=KeyError)", "assert 0, 'other'", "failed", "AssertionError: other"),
        ("slow", "pytest.xfail('declared')", "skipped", "xfail: declared"),
    ],
)
def test_expected_failures(project, mark, body, outcome, message):
    code = "import pytest\n@pytest.mark.{}\ndef test_x(): {}\n".format(mark, body)

    event = result(project, code)

    assert (event["outcome"], event["message"]) == (outcome, message)


def test_unittest_cases_and_their_subtests_count(project):
    project.write(
        "test_x.py",
        """
        import unittest
        class Case(unittest.TestCase):
            def test_good(self): pass
            def test_sub(self):
                for number in range(3):
                    with self.subTest(number=number):
                        self.assertNotEqual(number, 1)
        """,
    )

    outcomes = project.worker().outcomes("test_x.py::Case::test_good", "test_x.py::Case::test_sub")

    assert list(outcomes.values()) == ["passed", "failed"]


SUBTESTS = """
    def test_x(subtests):
        for number in range(3):
            with subtests.test("numbered", number=number):
                print("printed", number)
                assert number != 1
"""


def subtests_available():
    if hasattr(pytest, "Subtests"):
        return True
    try:
        import pytest_subtests  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.mark.skipif(not subtests_available(), reason="no subtests here")
def test_a_failing_subtest_fails_its_test_and_is_described(project):
    event = result(project, SUBTESTS, autoload=True)

    assert event["outcome"] == "failed"
    assert "--- subtest [numbered] (number=1) ---" in event["text"]
    assert "printed 1" in event["stdout"]


@pytest.mark.skipif(not subtests_available(), reason="no subtests here")
def test_a_subtest_that_failed_before_does_not_fail_the_next_run(project):
    project.write(
        "test_x.py",
        """
        ran = []
        def test_x(subtests):
            ran.append(1)
            with subtests.test("first time"):
                assert len(ran) > 1
        """,
    )
    worker = project.worker(autoload=True)

    outcomes = [worker.result("test_x.py::test_x")["outcome"] for _ in range(2)]

    assert outcomes == ["failed", "passed"]


def test_a_second_run_gets_a_fresh_instance_of_its_class(project):
    project.write(
        "test_x.py",
        """
        class TestIt:
            ran = False
            def test_x(self):
                assert not self.ran
                self.ran = True
        """,
    )
    worker = project.worker()

    outcomes = [worker.result("test_x.py::TestIt::test_x")["outcome"] for _ in range(2)]

    assert outcomes == ["passed", "passed"]


def test_output_is_told_for_passing_tests_too(project):
    event = result(
        project,
        """
        import logging, pytest, sys
        @pytest.fixture
        def loud():
            print("set up")
            yield
            print("torn down")
        def test_x(loud):
            print("called")
            print("complained", file=sys.stderr)
            logging.getLogger("it").warning("logged")
        """,
    )

    assert event["stdout"] == "set up\ncalled\ntorn down\n"
    assert event["stderr"] == "complained\n"
    assert "WARNING  it:test_x.py" in event["log"]


def test_output_of_an_earlier_run_is_not_repeated(project):
    project.write("test_x.py", "def test_x(): print('once')\n")
    worker = project.worker()

    events = [worker.result("test_x.py::test_x") for _ in range(2)]

    assert [event["stdout"] for event in events] == ["once\n", "once\n"]


def test_long_output_keeps_its_end_and_says_what_was_cut(project):
    event = result(project, "def test_x(): print('ä' * 100000 + 'end')\n")

    first, _, rest = event["stdout"].partition("\n")
    assert first == "[... 134468 bytes left out ...]"
    assert rest.endswith("äend\n")
    assert 65530 <= len(rest.encode()) <= 65536


def test_a_huge_text_keeps_head_and_end(project):
    event = result(project, "def test_x(): raise ValueError('x' * 1000000)\n")

    assert len(event["text"]) < 257 * 1024
    assert "bytes left out ...]" in event["text"]
    assert "def test_x()" in event["text"][:30]
    assert event["text"].endswith("test_x.py:1: ValueError")
    assert len(event["message"]) <= 1000


def test_seconds_cover_setup_call_and_teardown(project):
    event = result(project, FIXTURE.format("spend()", "spend()", "spend()") + SPEND)

    assert 0.06 <= event["seconds"] < 1


SPEND = """
    import time
    def spend():
        end = time.perf_counter() + 0.02
        while time.perf_counter() < end:
            pass
"""


def test_the_line_is_that_of_the_function(project):
    event = result(project, "\n\n\nimport pytest\n@pytest.mark.slow\ndef test_x(): pass\n")

    assert event["line"] in (5, 6)


def test_ids_come_back_verbatim(project):
    project.write(
        "test_x.py",
        r"""
        import pytest
        NAMES = ["a b", "a  b", "x::y", "[z]", "ü", "日本", "\n", "a/b", "", "\0", "-x", "#"]
        @pytest.mark.parametrize("value", NAMES)
        def test_x(value): pass
        @pytest.mark.parametrize("value", NAMES, ids=[repr(name) for name in NAMES])
        def test_ü(value): pass
        """,
    )
    worker = project.worker()
    tests, _ = worker.discover()
    listed = [test["id"] for test in tests]

    outcomes = project.worker().outcomes(*listed)

    assert len(set(listed)) == 24
    assert outcomes == dict.fromkeys(listed, "passed")


def test_ids_may_hold_raw_unicode(project):
    option = "disable_test_id_escaping_and_forfeit_all_rights_to_community_support"
    project.write("pytest.ini", "[pytest]\n{} = true\n".format(option))
    project.write(
        "test_x.py",
        r"""
        import pytest
        @pytest.mark.parametrize("value", ["ü", "日本", "\n", "\x1e", "🎉"])
        def test_x(value): pass
        """,
    )
    tests, _ = project.worker().discover()
    listed = [test["id"] for test in tests]

    outcomes = project.worker().outcomes(*listed)

    assert "test_x.py::test_x[\u65e5\u672c]" in listed
    assert outcomes == dict.fromkeys(listed, "passed")


@pytest.mark.parametrize("text,message", [
    (">>> 1 + 1\n3\n", "expected 3, got 2"),
    (">>> 1 + 1\n", "expected nothing, got 2"),
    (">>> x = 1\n2\n", "expected 2, got nothing"),
    (">>> 1 / 0\n1\n", "UNEXPECTED EXCEPTION: ZeroDivisionError('division by zero')"),
])
def test_a_doctest_says_what_it_expected(project, text, message):
    project.write("test_x.txt", "A text.\n\n" + text)
    worker = project.worker()

    events = worker.run("test_x.txt::test_x.txt")

    [finished] = [event for event in events if event["event"] == "finished"]
    assert finished["outcome"] == "failed"
    assert finished["message"] == message
