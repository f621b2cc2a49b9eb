# SPDX-License-Identifier: MIT
# needs: cargo
"""The nextest framework: what becomes of each kind of test, and which tests are selected."""

import json

import pytest
from cargo_helpers import built, workspace  # noqa: F401


def test_every_verdict_is_that_of_nextest(workspace):
    said_by_nextest = workspace.nextest()
    workspace.reset()

    run = workspace.run()

    assert len(said_by_nextest) == 43
    assert {test: attempts[-1] for test, attempts in run.results.items()} == said_by_nextest
    assert all(len(attempts) == 1 for attempts in run.results.values())
    assert set(said_by_nextest.values()) == {"passed", "failed", "timed out"}
    assert run.code == 1
    assert not list(workspace.temp.iterdir())


def test_reasons(workspace):
    run = workspace.run("-p alpha -p beta")

    def message(test):
        return run.attempts(test)[0].find("failure").get("message")

    assert message("alpha tests::panics") == "on purpose"
    assert "\nsecond \"line\" <&>\n\ttabbed" in run.reason("alpha tests::panics_in_many_lines")
    assert "ünïcode: 三" in run.reason("alpha tests::panics_in_many_lines")
    assert "before it fails" in run.reason("alpha tests::panics_in_many_lines")
    assert message("alpha tests::returns_an_error") == 'Error: "an error that was returned"'
    assert "panic did not contain" in message("alpha tests::should_panic_with_other_words")
    assert "did not panic as expected" in message("alpha tests::should_panic_and_does_not")
    assert message("alpha deaths::aborts") == "its process ended with SIGABRT"
    assert "stack" in message("alpha deaths::overflows_its_stack")
    assert "wrote nothing" in message("alpha deaths::exits_with_7")
    assert message("beta sleeps::past_its_limit") == "time limit exceeded"
    assert "another verdict" in run.reason("alpha::bin/alpha tests::adds")
    assert 0.25 < float(run.attempts("beta sleeps::a_moment")[0].get("time")) < 3


def test_retries_of_offload(workspace):
    run = workspace.run("flaky_in_offload", retries=1)

    assert run.results == {"alpha::whole flaky_in_offload": ["failed", "passed"]}
    assert run.code == 2


def test_retries_of_nextest_are_one_attempt(workspace):
    run = workspace.run("flaky_in_nextest")

    assert run.results == {"alpha::whole flaky_in_nextest": ["passed"]}
    assert run.code == 0
    assert "passed in attempt 3 of nextest's own retries" in run.err
    assert (workspace.counters / "flaky_in_nextest").read_text().count("attempt") == 3


def test_a_leak_is_warned_of(workspace):
    run = workspace.run("leaks::")

    assert run.verdicts == {"beta leaks::a_child": "passed"}
    assert "`beta leaks::a_child` left a process running" in run.err
    assert not workspace.leftovers()


def test_a_setup_script_that_fails(workspace):
    test = "alpha::whole needs_the_setup_script"

    run = workspace.run("needs_the_setup_script", env={"NASTY_SETUP_FAILS": "1"})

    assert run.results == {test: ["errored"]}
    assert "error: setup script failed" in run.reason(test)
    assert "the setup script gives up" in run.reason(test)


def test_ignored_tests_are_left_out_unless_included(workspace):
    ignored = {"alpha tests::ignored", "alpha tests::ignored_and_failing"}

    without = workspace.run("tests::")
    included = workspace.run("tests::", framework={"include_ignored": True})
    only = workspace.run("--run-ignored only", framework={"include_ignored": True})

    assert ignored.isdisjoint(without.verdicts)
    assert set(included.verdicts) == set(without.verdicts) | ignored
    assert included.verdicts["alpha tests::ignored"] == "passed"
    assert included.verdicts["alpha tests::ignored_and_failing"] == "failed"
    assert set(only.verdicts) == ignored


@pytest.mark.parametrize("filters, expected", [
    ("-E 'test(=a::b)'", {"alpha a::b"}),
    ("a::b::c", {"alpha a::b::c", "alpha a::b::c::d", "alpha a::b::c_d"}),
    ("-- --exact a::b a::b::c", {"alpha a::b", "alpha a::b::c"}),
    ("-p beta tests::", {"beta tests::adds"}),
    ("--bin alpha", {"alpha::bin/alpha tests::adds", "alpha::bin/alpha tests::of_the_program"}),
    ("--lib --exclude alpha -E 'test(tests)' -E 'test(moment)'",
     {"beta tests::adds", "beta sleeps::a_moment"}),
    ("-p beta --test whole adds", {"beta::whole adds"}),
    ("größe", {"alpha a::größe", "beta::odd_names größe=三 | & ! - + ~"}),
])
def test_filters(workspace, filters, expected):
    workspace.configure_nextest({"all": {"filters": filters}})

    told = workspace.offload("run")

    assert set(told.verdicts) == expected


def test_groups_share_a_build_and_their_tests(workspace):
    workspace.configure_nextest({
        "ones": {"filters": "adds"},
        "libs": {"filters": "--lib adds", "retry_count": 1},
        "none": {"filters": "nothing_is_called_so"},
    })

    run = workspace.offload("run")

    assert run.results == {
        "alpha tests::adds": ["passed"], "alpha::whole adds": ["passed"],
        "beta tests::adds": ["passed"], "beta::whole adds": ["passed"],
        "alpha::bin/alpha tests::adds": ["failed"]}


def test_names_that_only_other_harnesses_allow(workspace):
    run = workspace.run("-E 'binary(odd_names)'", env={"HOME": workspace.env["HOME"]})

    assert len(run.verdicts) == 9
    assert {test for test, verdict in run.verdicts.items() if verdict != "passed"} == {
        "beta::odd_names fails", "beta::odd_names 'single' \"double\" `back` $HOME"}


def test_what_is_built(workspace):
    package = workspace.run("adds", framework={"package": "beta"})
    program = workspace.run("", framework={"package": "alpha", "bin": "alpha"})
    feature = workspace.run("only_with", framework={"features": ["alpha/extra"]})
    release = workspace.run("-p beta tests::adds", framework={"cargo_profile": "release"})

    assert set(package.verdicts) == {"beta tests::adds", "beta::whole adds"}
    assert set(program.verdicts) == {"alpha::bin/alpha tests::adds",
                                     "alpha::bin/alpha tests::of_the_program"}
    assert feature.verdicts == {"alpha tests::only_with_the_feature": "passed"}
    assert release.verdicts == {"beta tests::adds": "passed"}
    assert (workspace.folder / "target/release").is_dir()


def test_the_profile_and_the_arguments_of_nextest_count(workspace):
    strict = workspace.run("a_moment", framework={"profile": "strict"})
    retried = workspace.run("flaky_in_offload", framework={"run_args": "--retries 1"})

    assert strict.results == {"beta sleeps::a_moment": ["timed out"]}
    assert retried.results == {"alpha::whole flaky_in_offload": ["passed"]}


def test_cargo_is_another_name(workspace):
    workspace.configure_nextest({"all": {"filters": "tests::adds"}}, framework={"type": "cargo"})

    collected = workspace.offload("collect")
    run = workspace.offload("run")

    assert collected.code == 0 and "alpha::bin/alpha tests::adds" in collected.out
    assert set(run.verdicts) == {"alpha tests::adds", "alpha::bin/alpha tests::adds",
                                 "beta tests::adds"}


def test_the_history_has_the_ids_of_its_tests(workspace):
    (workspace.folder / "offload-history.jsonl").unlink(missing_ok=True)
    file = workspace.configure_nextest({"all": {"filters": "-p beta"}})
    file.write_text(file.read_text() + '[history]\nrecord_history = "always"\n')
    verdicts = workspace.offload("run").verdicts
    workspace.nextest("-p", "beta")

    done = workspace.offload("history", "import", "target/nextest/default/nextest.xml")

    known = {line["k"][1]: line["v"]
             for line in map(json.loads, workspace.lines("offload-history.jsonl"))
             if line["k"][0] == "offload.toml"}
    assert set(known) == {test for test, said in verdicts.items() if said != "skipped"}
    assert all(one["n"] >= 2 for one in known.values())
    assert "match no test" not in done.err
