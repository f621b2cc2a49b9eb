# SPDX-License-Identifier: MIT
# needs: tmux
"""The live display in a real terminal: what its screen shows while a run goes on, and after it."""

import os
import re

import pytest
from conftest import BINARY
from terminals import COLOURS, DURATION, PROMPT, Terminal, masked

# Two tests that wait until they are let go, one that has failed before, and one that comes later.
SUITE = """\
import os
import time

def wait(name):
    until = time.monotonic() + 60
    while not os.path.exists(name):
        assert time.monotonic() < until
        time.sleep(0.01)

def test_good():
    pass

def test_bad():
    assert 1 == 2

def test_waits():
    wait("go")

def test_日本語_x\u0301q\u0301():
    wait("go")

def test_last():
    wait("end")
"""
WHILE_IT_RUNS = """\
ready> offload run
Discovering tests... found 5 tests across 1 groups
FAILED test_a.py::test_bad (T): assert 1 == 2
 40% ━━━━━━━━━━━━━━━━────────────────────────  2/5 T
     1 passed, 1 failed, 2 running, 1 awaiting
 T  test_a.py::test_waits
 T  test_a.py::test_日本語_x\u0301q\u0301
"""
BAR = re.compile("[━─]")


@pytest.fixture
def suite(project):
    project.configure(groups={"all": {"schedule_individual": True}})
    project.write("test_a.py", SUITE)
    programs = project.temp / "bin"
    programs.mkdir()
    (programs / "offload").symlink_to(BINARY)
    project.env["PATH"] = str(programs) + os.pathsep + project.env["PATH"]
    return project


@pytest.fixture
def terminal(suite):
    opened = []

    def open_one(columns, rows, **how):
        opened.append(Terminal(suite, columns, rows, **how))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def let_go(project):
    project.write("go", "")
    project.write("end", "")


def without_guess(lines):
    """Without the time that is left, and the running tests by name: either may start first."""
    lines = [re.sub(r", about T left$", "", line) for line in masked(lines)]
    running = sorted(line for line in lines if line.startswith(" T  test_"))
    return [line for line in lines if line not in running] + running


def start(screen, command="offload run"):
    """Begins a run, and returns when both waiting tests are shown as running."""
    screen.type(command)
    screen.wait_for(lambda: "2 running" in screen.text and "日本語" in screen.text)


def test_screen_while_it_runs_and_after(suite, terminal):
    screen = terminal(80, 24)
    start(screen)
    assert without_guess(screen.lines) == WHILE_IT_RUNS.splitlines()

    suite.write("go", "")
    screen.wait_for_text("1 running")
    assert masked(screen.lines)[-1] == " T  test_a.py::test_last"
    assert BAR.search(screen.text) and " 80% " in screen.text
    suite.write("end", "")
    screen.wait_for_prompt()

    shown = masked(screen.history)
    assert shown[:3] == WHILE_IT_RUNS.splitlines()[:3]
    assert shown[3:9] == ["", "Test Results:", "  Total:   5", "  Passed:  4", "  Failed:  1",
                          "  Duration: T"]
    assert shown[-2:] == ["Some tests failed.", PROMPT]
    assert not BAR.search("\n".join(screen.history))


def test_a_tiny_terminal_has_a_bar_only(suite, terminal):
    screen = terminal(20, 5)
    screen.type("offload run")
    screen.wait_for_text(" 40% ")

    assert screen.lines[-1] == " 40% ━━━━━─────────"
    assert sum(1 for line in screen.lines if BAR.search(line)) == 1
    let_go(suite)
    screen.wait_for_prompt()
    assert not BAR.search("\n".join(screen.history))


def test_a_wide_terminal_has_room_for_names(suite, terminal):
    name = "test_" + "x" * 200
    suite.write("test_a.py", SUITE.replace("test_waits", name))
    screen = terminal(300, 24)
    start(screen)

    assert any(line.endswith("test_a.py::" + name) for line in screen.lines[-2:])
    assert without_guess(screen.lines)[:5] == WHILE_IT_RUNS.splitlines()[:5]
    let_go(suite)
    screen.wait_for_prompt()


def test_names_that_are_too_long_keep_their_end(suite, terminal):
    suite.write("test_a.py", SUITE.replace("test_waits", "test_" + "長い" * 30 + "_end"))
    screen = terminal(51, 24)
    start(screen)

    lines = screen.lines
    [shown] = [line for line in lines if "_end" in line]
    assert shown.lstrip()[:1].isdigit() and "…" in shown and shown.endswith("い_end")
    assert shown in lines[-2:]
    let_go(suite)
    screen.wait_for_prompt()


@pytest.mark.parametrize("sizes", [
    [(40, 24)], [(45, 10), (30, 10), (100, 24)], [(25, 24), (80, 24)], [(81, 5), (41, 24)],
])
def test_other_sizes_leave_nothing_behind(suite, terminal, sizes):
    screen = terminal(100, 24)
    start(screen)
    for columns, rows in sizes:
        screen.resize(columns, rows)
        full = columns >= 40
        screen.wait_for(lambda: is_drawn_for(screen, columns, full))
        assert sum(1 for line in screen.lines if BAR.search(line)) == 1
    let_go(suite)
    screen.wait_for_prompt()

    left = "\n".join(screen.history)
    assert left.count("FAILED test_a.py::test_bad") == 1
    assert left.count("Discovering tests... found") == 1
    assert not BAR.search(left), left
    assert " running" not in left and " awaiting" not in left


def is_drawn_for(screen, columns, full):
    """Whether the display has been drawn anew since the size has changed."""
    bar = [line for line in screen.lines if BAR.search(line)]
    if len(bar) != 1 or ("running" in screen.text) != full:
        return False
    guess = re.search(r" 40% [━─]+(.*)$", bar[0])
    room = columns - 1 - 5 - len(guess[1]) if guess else 0
    return len(BAR.findall(bar[0])) == min(40, room)


def test_ctrl_c_gives_the_terminal_back(suite, terminal):
    screen = terminal(80, 24)
    start(screen)

    screen.press("C-c")
    screen.wait_for_prompt()
    screen.type("echo code $?")
    screen.wait_for_text("code 130")

    shown = masked(screen.history)
    assert not BAR.search("\n".join(shown)) and "^C" not in "\n".join(shown)
    assert "Not run:" in shown and shown.count("  Not Run: 3") == 1
    assert [line for line in shown if line.startswith(PROMPT)][1:] == [PROMPT + " echo code $?",
                                                                      PROMPT]
    assert screen.shows_cursor
    assert suite.leftovers() == [] or all(b"bash" in each for each in suite.leftovers())


def test_a_run_that_was_stopped_goes_on_below(suite, terminal):
    screen = terminal(80, 24)
    start(screen)

    screen.press("C-z")
    screen.wait_for(lambda: "Stopped" in screen.text and screen.lines[-1].startswith(PROMPT))
    before = screen.lines
    assert not BAR.search(screen.text)
    screen.type("fg")
    screen.wait_for(lambda: "2 running" in screen.text and "日本語" in screen.text)

    shown = screen.lines
    assert shown[:len(before) - 1] == before[:-1]
    assert shown[len(before) - 1:len(before) + 1] == [PROMPT + " fg", "offload run"]
    assert without_guess(shown)[len(before) + 1:] == WHILE_IT_RUNS.splitlines()[3:]
    let_go(suite)
    screen.wait_for_prompt()
    assert not BAR.search("\n".join(screen.history))
    assert masked(screen.history)[-2:] == ["Some tests failed.", PROMPT]


def test_a_run_in_the_background_draws_nothing(suite, terminal):
    screen = terminal(80, 24)
    start(screen)

    screen.press("C-z")
    screen.wait_for_text("Stopped")
    screen.type("bg; clear; echo still here")
    screen.wait_for_text("still here")
    let_go(suite)
    screen.wait_for_text("Some tests failed.")

    assert not BAR.search(screen.text)


def test_colours_are_those_of_the_outcome(suite, terminal):
    screen = terminal(80, 24)
    start(screen)

    lines = screen.coloured.split("\n")
    failed = next(line for line in lines if "test_bad" in line)
    bar = next(line for line in lines if "━" in line)
    assert failed.startswith("\x1b[31mFAILED\x1b[39m") or failed.startswith("\x1b[31mFAILED\x1b[0m")
    assert "\x1b[1m 40% " in bar and re.search("\x1b\\[31m(\x1b\\[49m)?━", bar)
    let_go(suite)
    screen.wait_for_prompt()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"CLICOLOR": "0"}, {"FORCE_COLOR": "0"},
                                 {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_the_display_can_do_without_colours(suite, terminal, env):
    screen = terminal(80, 24, **env)
    start(screen)

    assert not COLOURS.search(screen.coloured)
    assert without_guess(screen.lines) == WHILE_IT_RUNS.splitlines()
    let_go(suite)
    screen.wait_for_prompt()


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_move_its_cursor_gets_lines(suite, terminal, term):
    let_go(suite)
    screen = terminal(80, 40, term=term)
    screen.type("offload run 2>&1 | cat >log; offload run")
    screen.wait_for(lambda: "Some tests failed." in screen.text)
    screen.wait_for_prompt()

    assert "[ci] 0% | passed: 0, failed: 0, flaky: 0, awaiting: 5" in screen.text
    assert "[ci] 100% | passed: 4, failed: 1, flaky: 0, awaiting: 0" in screen.text
    assert not BAR.search("\n".join(screen.history))
    if term == "dumb":
        assert not COLOURS.search(screen.coloured)


def test_no_terminal_gets_no_codes_unless_they_are_forced(suite):
    let_go(suite)
    plain = suite.offload("run")
    assert "\x1b" not in plain.out + plain.err and "\r" not in plain.err
    assert "[ci]" not in plain.err

    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        forced = suite.offload("run", env={name: "1"})
        assert "\x1b[31mFAILED\x1b[0m test_a.py::test_bad" in forced.err
        assert "\x1b[31mSome tests failed.\x1b[0m" in forced.out
        assert DURATION.sub("T", COLOURS.sub("", forced.err)) == DURATION.sub("T", plain.err)
