# SPDX-License-Identifier: MIT
# needs: go
"""`go test` by the recipe of docs/recipes.md: verdicts are those of `go test -json`."""

import json
import shutil
import subprocess

import pytest

VERDICTS = {"pass": "passed", "fail": "failed", "skip": "skipped"}
SHOP = "example.test/shop/"


@pytest.fixture
def shop(project):
    project.copy("recipes/go")
    return project


def verdicts_of_go(project, *arguments):
    """What `go test -json` itself says of each test that is no subtest."""
    told = subprocess.run(["go", "test", "-json", "-count=1", *arguments], cwd=project.folder,
                          env=project.env, capture_output=True, text=True, encoding="utf-8")
    events = [json.loads(line) for line in told.stdout.splitlines()]
    return {f"{event['Package']} {event['Test']}": VERDICTS[event["Action"]] for event in events
            if event["Action"] in VERDICTS and "/" not in event.get("Test", "/")}


def test_verdicts_are_those_of_go(shop):
    ended = verdicts_of_go(shop, "./cart", "./prices")
    # Each on its own, since the first that dies takes the others of its package with it.
    for test in ("TestBefore", "TestPanics", "TestPanicsInACase", "TestAfter"):
        ended.update(verdicts_of_go(shop, "-run", f"^{test}$", "./crashes"))
    for test in ("TestBefore", "TestAfter", "TestParallelAfter"):
        ended.update(verdicts_of_go(shop, "-run", f"^{test}$", "./exits"))
    ended[SHOP + "exits TestExits"] = "failed"
    ended[SHOP + "broken"] = "failed"
    assert len(ended) == 24 and set(ended.values()) == {"passed", "failed", "skipped"}

    run = shop.offload("run")

    assert run.code == 1
    assert run.verdicts == ended


def test_what_packages_print_while_they_list_hides_no_test(shop):
    shop.write("noisy/noisy_test.go", """\
        package noisy

        import ("fmt"; "testing")

        func init() { fmt.Print("loading... ") }

        func TestBad(t *testing.T) { t.Fatal("a bug") }
        func TestGood(t *testing.T) {}
    """)
    shop.write("wordy/wordy_test.go", """\
        package wordy

        import ("fmt"; "os"; "testing")

        func TestMain(m *testing.M) {
        \tfmt.Println("Test database ready")
        \tos.Exit(m.Run())
        }

        func TestGood(t *testing.T) {}
    """)
    shop.write("offload.toml", shop.read("offload.toml").replace("./...", "./noisy ./wordy"))

    run = shop.offload("run")

    assert run.verdicts == {SHOP + "noisy": "failed", SHOP + "wordy TestGood": "passed"}
    assert "a bug" in run.reason(SHOP + "noisy")


def test_tests_behind_what_a_package_prints_without_a_new_line_are_not_lost(shop):
    for name, text in (("one", "loading config..."), ("two", "loading config... and ")):
        shop.write(f"{name}/{name}_test.go", f"""\
            package {name}

            import ("fmt"; "os"; "testing")

            func TestMain(m *testing.M) {{ fmt.Print("{text}"); os.Exit(m.Run()) }}
            func TestFirst(t *testing.T) {{ t.Error("a bug") }}
            func TestSecond(t *testing.T) {{}}
        """)
    shop.write("offload.toml", shop.read("offload.toml").replace("./...", "./one ./two"))

    run = shop.offload("run")

    assert run.code == 1
    assert run.verdicts == {SHOP + "one": "failed", SHOP + "two": "failed"}


def test_failures_say_why(shop):
    run = shop.offload("run")

    assert "expected 4, got 5" in run.reason(SHOP + "cart TestWrong")
    assert "said on standard output" in run.reason(SHOP + "cart TestWrong")
    assert "this case is wrong" in run.reason(SHOP + "cart TestCases")
    assert "not written yet" in run.reason(SHOP + "cart TestLater")
    assert "at the disco" in run.reason(SHOP + "crashes TestPanicsInACase")
    assert "the test binary ended while running this test" in run.reason(SHOP + "exits TestExits")
    assert "undefined: undefined" in run.reason(SHOP + "broken")
    assert "does not build: broken/broken_test.go:6" in run.out


@pytest.mark.parametrize("good", [True, False])
def test_a_package_that_cannot_list_its_tests_runs_whole(shop, good):
    """Its tests are not known, so none of them may be left out."""
    for package in ("cart", "crashes", "exits", "broken", "prices"):
        shutil.rmtree(shop.folder / package)
    shop.write("moody/moody_test.go", """
        package moody

        import (
            "flag"
            "fmt"
            "os"
            "testing"
        )

        func TestMain(m *testing.M) {
            flag.Parse()
            code := m.Run()
            if flag.Lookup("test.list").Value.String() != "" {
                fmt.Println("no lists today")
                code = 1
            }
            os.Exit(code)
        }

        func TestMood(t *testing.T) {
            if !GOOD {
                t.Error("in a bad mood")
            }
        }
    """.replace("GOOD", str(good).lower()))

    run = shop.offload("run")

    assert run.verdicts[SHOP + "moody"] == ("passed" if good else "failed")
    assert good or "in a bad mood" in run.reason(SHOP + "moody")
    assert run.code == (0 if good else 1)


def test_a_set_up_that_fails_says_why(shop):
    """It fails while tests are listed, too."""
    shop.write("locked/locked_test.go", """
        package locked

        import (
            "fmt"
            "os"
            "testing"
        )

        func TestMain(m *testing.M) {
            fmt.Println("the database is not there")
            os.Exit(3)
        }

        func TestUse(t *testing.T) {}
    """)

    run = shop.offload("run")

    assert run.verdicts[SHOP + "locked"] == "failed"
    assert "the database is not there" in run.reason(SHOP + "locked")


def test_a_death_is_the_fault_of_one_test(shop):
    run = shop.offload("run", "-p", "1")

    assert run.results[SHOP + "exits TestExits"] == ["errored", "errored"]
    for test in ("exits TestBefore", "exits TestAfter", "exits TestParallelAfter",
                 "crashes TestBefore", "crashes TestAfter"):
        assert run.results[SHOP + test] == ["passed"], test


def test_a_test_that_hangs_is_named_and_loses_nothing(shop):
    shop.write("cart/hang_test.go", """\
        package cart

        import "testing"

        func TestHangs(t *testing.T) { select {} }
    """)
    shop.write("cart/timer_test.go", """\
        package cart

        import "time"

        // With a timer, Go does not notice that nothing goes on.
        func init() { time.AfterFunc(time.Hour, func() {}) }
    """)
    config = shop.read("offload.toml")
    shop.write("offload.toml", config.replace("test_timeout_secs = 900", "test_timeout_secs = 6")
               .replace('"./..."', '"./cart"').replace("retry_count = 1", "retry_count = 0"))

    run = shop.offload("run", "-p", "1")

    assert run.code == 1
    assert run.results[SHOP + "cart TestHangs"] == ["timed out"]
    assert run.results[SHOP + "cart TestTotal"] == ["passed"]
    assert len(run.verdicts) == 13 and "not run" not in run.verdicts.values()
    assert shop.leftovers() == []


def test_filters_are_packages(shop):
    config = shop.read("offload.toml")
    shop.write("offload.toml", config.replace('"./..."', '"./prices"'))

    assert len(shop.offload("run").verdicts) == 3


def test_build_flags_hold_for_listing_and_running(shop):
    shop.write("prices/slow_test.go", """\
        //go:build slow

        package prices

        import "testing"

        func TestSlow(t *testing.T) {}
    """)
    config = shop.read("offload.toml")
    shop.write("offload.toml", config.replace('"./..."', '"./prices"').replace(
        'type = "local"', 'type = "local"\nenv = { GOFLAGS = "-tags=slow" }'))

    run = shop.offload("run")

    assert run.verdicts[SHOP + "prices TestSlow"] == "passed"


def test_a_package_may_be_a_test(shop):
    config = shop.read("offload.toml")
    before, rest = config.split("discover_command", 1)
    shop.write("offload.toml", before + '''discover_command = "go list {filters}"
run_command = "go test -json -count=1 -p=1 {tests}"
''' + rest[rest.index("result_format"):])

    run = shop.offload("run")

    assert run.verdicts == {
        SHOP + "broken": "failed", SHOP + "cart": "failed", SHOP + "crashes": "failed",
        SHOP + "empty": "skipped", SHOP + "exits": "failed", SHOP + "prices": "failed"}
    assert "undefined: undefined" in run.reason(SHOP + "broken")
    assert "expected 4, got 5" in run.reason(SHOP + "cart")


def test_a_folder_that_is_no_module_fails_the_run(shop):
    (shop.folder / "go.mod").unlink()

    failed = shop.offload("run")

    assert failed.code == 1
    assert "does not contain main module" in failed.err


def test_without_go_the_run_fails(shop):
    tools = shop.folder / "tools"
    tools.mkdir()
    (tools / "awk").symlink_to(shutil.which("awk"))

    failed = shop.offload("run", env={"PATH": str(tools)})

    assert failed.code == 1
    assert "go: not found" in failed.err
