# SPDX-License-Identifier: MIT
"""The `default` framework: the user's own commands list the tests, run them and report on them."""

import signal

import pytest
from conftest import eventually
from cli_helpers import ONE_TEST, list_tests, ran, shell_tests, write_config


def xml_tests(project, report, tests=("a", "b"), status=0, groups=None, **config):
    """A project whose run_command writes this report, whatever it is to run."""
    list_tests(project, *tests)
    project.write("report.xml", report)
    write_config(project, run=f"cp report.xml {{result_file}}; exit {status} # {{tests}}",
                 groups=groups, **config)


# --- Reports ------------------------------------------------------------------------------------


def test_a_report_in_full(project):
    tests = ["good", "bad", "broken", "left", "quiet", "deep", "timeless"]
    xml_tests(project, """\
        <?xml version="1.0"?>
        <testsuites><testsuite name="one">
          <testcase name="good" time="0.004"><system-out>said this</system-out></testcase>
          <testcase name="bad" time="0.25"><failure message="m &lt; n"><![CDATA[if (a < b) {]]>
          </failure></testcase>
          <testcase name="broken"><error message="no set-up"/></testcase>
          <testcase name="left"><skipped message="not here"/></testcase>
          <testcase name="quiet"><failure/></testcase>
          <testsuite name="inner"><testcase name="deep" time="1,000.5"/></testsuite>
          <testcase name="timeless"/>
        </testsuite></testsuites>""", tests=tests, status=1)

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {
        "good": ["passed"], "bad": ["failed"], "broken": ["errored"], "left": ["skipped"],
        "quiet": ["failed"], "deep": ["passed"], "timeless": ["passed"]}
    assert "m < n" in run.reason("bad") and "if (a < b) {" in run.reason("bad")
    assert float(run.attempts("good")[0].get("time")) == 0.004
    assert float(run.attempts("deep")[0].get("time")) < 60, "no test takes longer than its batch"


def test_ids_are_made_of_classname_and_name(project):
    xml_tests(project, '<testsuite><testcase classname="x.Y" name="one"/>'
                       '<testcase classname="x.Z" name="one"><failure/></testcase></testsuite>',
              tests=["x.Y::one", "x.Z::one"], test_id_format="{classname}::{name}")

    assert project.offload("run").results == {"x.Y::one": ["passed"], "x.Z::one": ["failed"]}


def test_good_results_that_fit_no_test_are_warned_of(project):
    xml_tests(project, '<testsuite><testcase name="a"/><testcase name="b"/><testcase/>'
                       '<testcase name="stranger"/></testsuite>')

    run = project.offload("run")

    assert run.verdicts == {"a": "passed", "b": "passed"}
    assert run.code == 0
    assert "`stranger` (passed) matches none" in run.err


def test_a_broken_tail_costs_the_tail_only(project):
    xml_tests(project, '<testsuite><testcase name="a"/><testcase name="b"><fail', status=1)

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts["a"] == "passed"
    assert run.verdicts["b"] != "passed"


@pytest.mark.parametrize("make", [":", ": >{result_file}", "echo nonsense >{result_file}",
                                  "mkdir {result_file}", "echo '<testsuite/>' >{result_file}"])
@pytest.mark.parametrize("status", [0, 3])
def test_without_a_report_no_test_has_passed(project, make, status):
    list_tests(project, "a", "b")
    write_config(project, run=f"echo some words >&2; {make}; exit {status} # {{tests}} {{result_file}}")

    run = project.offload("run")

    assert run.code == 1
    assert set(run.verdicts) == {"a", "b"}
    assert set(run.verdicts.values()) <= {"failed", "not run"}


def test_a_report_of_an_earlier_run_does_not_count(project):
    list_tests(project, "a")
    stale = project.write("out.xml", '<testsuite><testcase name="a"/></testsuite>')
    write_config(project, run="true {tests}", result_file=str(stale))

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts["a"] != "passed"


def test_a_fixed_result_file_is_read_and_kept(project):
    list_tests(project, "a", "b")
    project.write("run.sh", """\
        echo '<testsuite>' >fixed.xml
        for one; do echo "<testcase name='$one'/>" >>fixed.xml; done
        echo '</testsuite>' >>fixed.xml
    """)
    write_config(project, run="sh run.sh {tests}", result_file="fixed.xml",
                 offload={"max_parallel": 1})

    run = project.offload("run")

    assert run.verdicts == {"a": "passed", "b": "passed"}
    assert run.code == 0
    assert (project.folder / "fixed.xml").exists()


def test_commands_that_share_a_result_file_run_one_at_a_time(project):
    list_tests(project, *map(str, range(6)))
    write_config(project, result_file="out.xml", offload={"max_parallel": 4}, run="""\
        echo '<testsuite>' >out.xml
        for one in {tests}; do sleep 0.05; echo "<testcase name='$one'/>" >>out.xml; done
        echo '</testsuite>' >>out.xml""")

    run = project.offload("run")

    assert run.code == 0, run
    assert run.results == {str(i): ["passed"] for i in range(6)}
    assert "one batch runs at a time" in run.err and "{result_file}" in run.err


# --- Exit status --------------------------------------------------------------------------------


def test_without_a_report_each_test_has_its_own_exit_status(project):
    shell_tests(project, "a", "fail", "b")

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {"a": ["passed"], "fail": ["failed"], "b": ["passed"]}
    assert "exit status 3" in run.reason("fail") and "fail is broken" in run.reason("fail")


@pytest.mark.parametrize("status, code", [(0, 0), (1, 1)])
def test_without_tests_in_the_command_all_are_one(project, status, code):
    list_tests(project, "a", "b", "c")
    write_config(project, run=f"echo once >>ran.txt; exit {status}")

    run = project.offload("run")

    assert run.code == code
    assert run.verdicts == {"all_tests": "passed" if code == 0 else "failed"}
    assert ran(project) == ["once"]


NASTY = ["with space", "two  spaces", 'dq"uote', "sq'uote", "$HOME", "$(touch hacked)", "`id`",
         "back\\slash", "semi;colon", "star*", "a>b & c|d", "ünï→😀", "-dash", "{tests}",
         "{result_file}", "[a,b]", "x #y", "~", "a @foo.bar", "%s", "!x", "<&>\"'"]


def test_ids_reach_the_command_byte_by_byte(project):
    shell_tests(project, *NASTY)

    run = project.offload("run")

    assert run.code == 0, run
    assert sorted(ran(project)) == sorted(NASTY)
    assert not (project.folder / "hacked").exists()
    assert set(run.verdicts) == set(ran(project))


def test_ids_survive_a_report(project):
    list_tests(project, *NASTY)
    project.script("run.py", """\
        #!/usr/bin/env python3
        import sys
        from xml.sax.saxutils import quoteattr
        with open(sys.argv[1], "w", encoding="utf-8") as out:
            out.write("<testsuite>")
            for one in sys.argv[2:]:
                out.write(f"<testcase name={quoteattr(one)}/>")
            out.write("</testsuite>")
    """)
    write_config(project, run="./run.py {result_file} {tests}")

    run = project.offload("run")

    assert run.code == 0, run
    assert set(run.verdicts) == set(NASTY)


# --- Commands -----------------------------------------------------------------------------------


def test_filters_are_pasted_as_they_stand(project):
    shell_tests(project, discover="./list {filters}", groups={
        "one": {"filters": "--area 'bill ing'"}, "two": {"filters": '"$PWD/x"'}})
    project.script("list", '#!/bin/sh\nprintf "%s\\n" "$#:$1:$2"\n')

    shown = project.offload("collect")

    assert "2:--area:bill ing" in shown.out
    assert f"1:{project.folder}/x:" in shown.out


def test_commands_run_in_the_working_dir(project):
    folder = project.folder / "sub dir"
    folder.mkdir()
    list_tests(project, "a")
    write_config(project, discover="pwd >discovered_in; cat ../tests.txt # {filters}",
                 run="pwd >ran_in; ../one {tests}", working_dir="sub dir")
    project.script("one", ONE_TEST)

    assert project.offload("run").code == 0
    assert project.lines("sub dir/discovered_in") == [str(folder)]
    assert project.lines("sub dir/ran_in") == [str(folder)]


def test_a_failed_test_is_retried_and_then_flaky(project):
    shell_tests(project, "flaky", "fail", "a", groups={"all": {"retry_count": 2}})

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {"flaky": ["failed", "passed"], "fail": ["failed"] * 3, "a": ["passed"]}


def test_retries_are_those_of_the_group(project):
    shell_tests(project, discover="cat {filters}", groups={
        "calm": {"filters": "calm.txt"}, "wild": {"filters": "wild.txt", "retry_count": 1}})
    project.write("calm.txt", "fail 1\n")
    project.write("wild.txt", "fail 2\n")

    run = project.offload("run")

    assert run.results == {"fail 1": ["failed"], "fail 2": ["failed"] * 2}


def test_a_group_without_tests_is_no_failure(project):
    shell_tests(project, discover="cat {filters}", groups={
        "some": {"filters": "some.txt"}, "none": {"filters": "/dev/null"}})
    project.write("some.txt", "a\n")

    run = project.offload("run")

    assert run.code == 0
    assert run.verdicts == {"a": "passed"}


def test_one_failing_discovery_fails_the_run(project):
    shell_tests(project, discover="cat {filters}", groups={
        "some": {"filters": "some.txt"}, "none": {"filters": "missing.txt"}})
    project.write("some.txt", "a\n")

    run = project.offload("run")

    assert run.code == 1
    assert "missing.txt" in run.err and "exit status 1" in run.err
    assert ran(project) == []


@pytest.mark.parametrize("run, words", [
    ("no_such_command {tests}", ["127", "not found"]),
    ("./missing.sh {tests}", ["127"]),
    ("'unclosed {tests}", ["exit status 2"]),
])
def test_a_command_that_cannot_run_fails_its_tests(project, run, words):
    list_tests(project, "a")
    write_config(project, run=run)

    ended = project.offload("run")

    assert ended.code == 1
    assert ended.verdicts == {"a": "failed"}
    assert [word for word in words if word not in ended.reason("a")] == []


@pytest.mark.parametrize("discover", ["no_such_command {filters}", "kill -9 $$ # {filters}"])
def test_a_discovery_that_dies_fails_the_run(project, discover):
    write_config(project, discover=discover)

    failed = project.offload("run")

    assert failed.code == 1
    assert "127" in failed.err or "SIGKILL" in failed.err


# --- Deaths -------------------------------------------------------------------------------------


def test_a_command_that_kills_itself_blames_its_test(project):
    list_tests(project, "a", "deadly")
    write_config(project, run="[ {tests} = a ] || kill -SEGV $$")

    run = project.offload("run")

    assert run.code == 1
    assert run.results == {"a": ["passed"], "deadly": ["errored"]}
    assert "SIGSEGV" in run.reason("deadly")


def test_a_killed_command_keeps_the_results_that_it_wrote(project):
    xml_tests(project, '<testsuite><testcase name="a"/></testsuite>')
    project.write("offload.toml", project.read("offload.toml").replace(
        "exit 0", "kill -9 $$"))

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts["a"] == "passed"
    assert run.verdicts["b"] != "passed"


def test_a_batch_that_takes_too_long_names_the_guilty(project):
    list_tests(project, "a", "slow")
    write_config(project, run="[ {tests} = a ] || sleep 600", offload={"test_timeout_secs": 1})

    run = project.offload("run")

    assert run.code == 1
    assert run.results["a"] == ["passed"]
    assert run.results["slow"] == ["timed out"]
    assert project.workers() == []


def test_results_written_before_a_timeout_count(project):
    list_tests(project, "a", "slow")
    project.write("run.sh", """\
        file=$1
        shift
        for one; do
          [ $one = a ] || sleep 600
          echo "<testsuite><testcase name='$one'/></testsuite>" >"$file"
        done
    """)
    write_config(project, run="sh run.sh {result_file} {tests}",
                 offload={"test_timeout_secs": 1, "max_parallel": 1})

    run = project.offload("run")

    assert run.code == 1
    assert run.verdicts["a"] == "passed"
    assert run.verdicts["slow"] == "failed"
    assert project.workers() == []


# Writes its report anew after each test.
DILIGENT = """\
    file=$1
    shift
    cases=
    for one; do
      echo "$one" >>ran.txt
      [ "$one" != slow ] || sleep 600
      cases="$cases<testcase name='$one'/>"
      echo "<testsuite>$cases</testsuite>" >"$file"
    done
"""


def test_no_result_in_a_report_is_lost_to_a_timeout(project):
    list_tests(project, "a", "b", "slow", *map(str, range(5)))
    project.write("run.sh", DILIGENT)
    write_config(project, run="sh run.sh {result_file} {tests}",
                 offload={"test_timeout_secs": 1, "max_parallel": 1})

    run = project.offload("run")

    assert run.results["slow"] == ["timed out"]
    assert [one for one in run.results if run.results[one] != ["passed"]] == ["slow"]
    assert sorted(one for one in ran(project) if one != "slow") == [
        "0", "1", "2", "3", "4", "a", "b"]
    assert project.leftovers() == []


def test_no_result_in_a_report_is_lost_to_a_stop(project):
    list_tests(project, "a", "b", "slow", *map(str, range(5)))
    project.write("run.sh", DILIGENT)
    write_config(project, run="sh run.sh {result_file} {tests}", offload={"max_parallel": 1})

    started = project.start("run")
    eventually(lambda: "slow" in ran(project))
    started.send(signal.SIGTERM)
    run = started.wait()

    assert run.verdicts["a"] == run.verdicts["b"] == "passed"
    assert run.verdicts["slow"] == "not run"
    assert project.leftovers() == []


def test_a_test_that_leaves_children_behind_ends(project):
    shell_tests(project, "a", run="sleep 600 & ./one {tests}")

    run = project.offload("run", timeout=30)

    assert run.code == 0
    assert project.workers() == []


# --- Stopping early -----------------------------------------------------------------------------


def test_fail_fast_leaves_the_rest(project):
    shell_tests(project, "fail", *(f"t{i}" for i in range(20)), offload={"max_parallel": 1})

    run = project.offload("run", "--fail-fast")

    assert run.code == 1
    assert run.verdicts["fail"] == "failed"
    assert len(ran(project)) < 21
    assert "not run" in run.verdicts.values()


def test_environment_of_the_caller_is_inherited(project):
    shell_tests(project, "a", run='echo "$FROM_CALLER" >env.txt # {tests}')

    project.offload("run", env={"FROM_CALLER": "x y"})

    assert project.lines("env.txt") == ["x y"]


def test_the_shell_of_the_provider_starts_the_commands(project):
    shell_tests(project, "a b", provider={"shell": "./shell"})
    project.script("shell", '#!/bin/sh\necho "$1" >>shell.txt\nexec /bin/sh "$@"\n')

    run = project.offload("run")

    assert run.verdicts == {"a b": "passed"}
    assert project.lines("shell.txt") == ["-c"]


@pytest.mark.parametrize("provider", ["local", "default"])
def test_an_id_that_is_too_long_for_a_command_harms_no_other(project, provider):
    """Quotes are quoted again by each shell that the command goes through."""
    ids = ["a" * 140_000, "short", "'" * 3000, *(f"n{n}" + "'" * 500 for n in range(20)), "last"]
    project.write("ids", "\n".join(ids) + "\n")
    project.write("run.py", """
        import sys
        from xml.sax.saxutils import quoteattr

        cases = "".join(f"<testcase name={quoteattr(name)}/>" for name in sys.argv[2:])
        open(sys.argv[1], "w").write(f"<testsuite>{cases}</testsuite>")
    """)
    framework = {"type": "default", "discover_command": "cat ids # {filters}",
                 "run_command": "python3 run.py {result_file} {tests}", "test_id_format": "{name}"}
    places = {"local": {"type": "local"},
              "default": {"type": "default", "create_command": "echo box", "destroy_command": "true",
                          "exec_command": "sh -c {command}"}}
    project.configure(max_parallel=2, framework=framework, provider=places[provider])

    run = project.offload("run")

    too_long = {test for test, how in run.verdicts.items() if how != "passed"}
    assert run.code == 1
    assert too_long == {ids[0]}
    assert "the command for it is too long: its id has 140000 bytes" in run.reason(ids[0])
