# SPDX-License-Identifier: MIT
"""From pytest's reports of a test to its one verdict, and to texts that are not too long."""

import traceback

from _pytest.outcomes import Exit

from offload_pytest_channel import printable

OUTPUT_LIMIT = 64 * 1024
TEXT_LIMIT = 256 * 1024
TEXT_HEAD = 64 * 1024
MESSAGE_LIMIT = 1000


def ends_of(text, head, limit):
    """`text`, or of a longer one than `limit` bytes the first `head` and the last of them. Cuts as
    core/cut_text.hpp does: between characters, with a line that says how much is left out."""
    octets = text.encode("utf-8", "backslashreplace")
    if len(octets) <= limit:
        return octets.decode("utf-8")
    end = len(octets) - (limit - head)
    while head > 0 and octets[head] & 0xC0 == 0x80:
        head -= 1
    while end < len(octets) and octets[end] & 0xC0 == 0x80:
        end += 1
    begin = octets[:head].decode("utf-8")
    line = "" if not begin or begin.endswith("\n") else "\n"
    rest = octets[end:].decode("utf-8")
    return "{}{}[... {} bytes left out ...]\n{}".format(begin, line, end - head, rest)


def tail(text):
    """The end of a test's output, as it may be very long."""
    return ends_of(text, 0, OUTPUT_LIMIT)


def head_and_tail(text):
    return ends_of(text, TEXT_HEAD, TEXT_LIMIT)


def first_line(text):
    for line in text.splitlines():
        if line.strip():
            return printable(line.strip()[:MESSAGE_LIMIT])
    return ""


def doctest_difference(report):
    """The difference that a doctest shows, in one line; empty for other tests."""
    for _, lines in getattr(report.longrepr, "reprlocation_lines", None) or []:
        said = [line.strip() for line in lines]
        unexpected = [line for line in said if line.startswith("UNEXPECTED EXCEPTION")]
        if unexpected:
            return unexpected[0]
        after = dict(zip(said, said[1:]))
        expected, got = after.get("Expected:"), after.get("Got:")
        if expected is not None or got is not None:
            return "expected {}, got {}".format(expected or "nothing", got or "nothing")
    return ""


def failure_message(report):
    """One line that tells best what went wrong."""
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return first_line(crash.message)
    text = doctest_difference(report) or report.longreprtext
    marked = [line[1:] for line in text.splitlines() if line.startswith("E  ")]
    return first_line("\n".join(marked) or text)


def skip_reason(report):
    if hasattr(report, "wasxfail"):
        return "xfail: " + first_line(without("reason: ", report.wasxfail))
    if isinstance(report.longrepr, tuple):
        return first_line(without("Skipped: ", report.longrepr[2]))
    return first_line(report.longreprtext)


def without(prefix, text):
    return text[len(prefix) :] if text.startswith(prefix) else text


def subtest_description(report):
    """The description of a subtest; None for the report of a whole test."""
    for name in ("_sub_test_description", "sub_test_description"):
        if hasattr(report, name):
            return getattr(report, name)()
    return None


def failure_text(failures):
    if len(failures) == 1 and subtest_description(failures[0]) is None:
        return head_and_tail(failures[0].longreprtext)
    parts = []
    for report in failures:
        subtest = subtest_description(report)
        title = report.when if subtest is None else "subtest " + subtest
        parts.append("--- {} ---\n{}".format(title, report.longreprtext))
    return head_and_tail("\n\n".join(parts))


def judge(reports):
    """Combines the reports of one test: outcome, message and text."""
    failures = [report for report in reports if report.outcome == "failed"]
    if failures:
        in_call = any(report.when == "call" for report in failures)
        outcome = "failed" if in_call else "errored"
        return outcome, failure_message(failures[0]), failure_text(failures)
    for report in reports:
        if report.when == "teardown" or subtest_description(report) is not None:
            continue
        if report.outcome == "skipped":
            return "skipped", skip_reason(report), ""
        if hasattr(report, "wasxfail"):
            return "passed", "xpass: " + first_line(without("reason: ", report.wasxfail)), ""
    if not reports:
        return "errored", "pytest reported nothing about this test", ""
    return "passed", "", ""


def output(reports):
    """The output of the test, by stream. A report repeats the output of its test's earlier ones."""
    whole = [report for report in reports if subtest_description(report) is None][-1:]
    speaking = whole + [report for report in reports if subtest_description(report) is not None]
    streams = {"stdout": "capstdout", "stderr": "capstderr", "log": "caplog"}
    texts = {name: "".join(getattr(r, part) for r in speaking) for name, part in streams.items()}
    return {name: tail(text) for name, text in texts.items() if text}


def reason_of(stop):
    """Why an exception ended the session, or the collection."""
    if isinstance(stop, Exit):
        return "pytest.exit: {}".format(stop.msg)
    if isinstance(stop, (KeyboardInterrupt, SystemExit)):
        return traceback.format_exception_only(type(stop), stop)[0].strip()
    trace = traceback.format_exception(type(stop), stop, stop.__traceback__)
    return "internal error: {}: {}\n{}".format(type(stop).__name__, stop, "".join(trace))


def place(location):
    """file and line, counted from 1, of a report's or item's location."""
    if location[1] is None:
        return {"file": location[0]}
    return {"file": location[0], "line": location[1] + 1}


def file_of(test):
    """The file that a node id begins with."""
    return test.partition("::")[0]
