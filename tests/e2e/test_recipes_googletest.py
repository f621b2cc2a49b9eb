# SPDX-License-Identifier: MIT
"""A GoogleTest program by the recipe of docs/recipes.md, without ctest in between."""

import subprocess
from xml.etree import ElementTree

import pytest
from conftest import PROJECTS

DEADLY = ["Cart.Crashes", "Cart.Exits"]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The program, which takes some seconds to build."""
    folder = tmp_path_factory.mktemp("googletest")
    for command in (["cmake", "-S", PROJECTS / "recipes/googletest", "-B", folder, "-G", "Ninja"],
                    ["cmake", "--build", folder]):
        made = subprocess.run(command, capture_output=True, text=True)
        assert made.returncode == 0, made.stdout + made.stderr
    return folder / "shop_tests"


@pytest.fixture
def shop(project, built):
    project.copy("recipes/googletest")
    (project.folder / "build").mkdir()
    (project.folder / "build" / "shop_tests").symlink_to(built)
    return project


def verdicts_of_googletest(project, pattern):
    """What the program's own report says of the tests that it ran."""
    report = project.folder / "own.xml"
    subprocess.run(["./build/shop_tests", "--gtest_filter=" + pattern, f"--gtest_output=xml:{report}"],
                   cwd=project.folder, env=project.env, capture_output=True)
    verdicts = {}
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        if case.get("status") == "run":
            skipped = case.get("result") == "skipped"
            verdicts[f"{case.get('classname')}.{case.get('name')}"] = (
                "skipped" if skipped else "failed" if case.find("failure") is not None else "passed")
    return verdicts


def test_verdicts_are_those_of_the_program(shop):
    expected = verdicts_of_googletest(shop, "-" + ":".join(DEADLY))
    assert len(expected) == 11 and set(expected.values()) == {"passed", "failed", "skipped"}

    run = shop.offload("run")

    assert run.code == 1
    assert run.verdicts == dict(expected, **{test: "failed" for test in DEADLY})


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_crash_is_the_fault_of_one_test(shop, parallel):
    run = shop.offload("run", "-p", parallel)

    assert "exit status 139 while running this test" in run.reason("Cart.Crashes")

    assert run.results["Cart.Crashes"] == ["errored", "errored"]
    assert run.results["Cart.Exits"] == ["errored", "errored"]
    assert run.results["Cart.ComesLast"] == ["passed"]
    assert run.results["Cart.AddsUp"] == ["passed"]


def test_failures_say_why(shop):
    run = shop.offload("run")

    assert "Expected equality of these values: total(2, 3), Which is: 5, 4" in run.out
    case = run.attempts("Cart.IsWrong")[0]
    assert case.get("file").endswith("shop_tests.cpp") and case.get("line") == "16"
    assert 'with <words> & "quotes"' in run.reason("Cart.IsWrong")
    assert "no network here" in run.reason("Cart.NeedsANetwork")


def test_a_report_of_junit_says_the_same(shop):
    expected = shop.offload("run").verdicts
    config = shop.read("offload.toml")
    shop.write("offload.toml", config.replace('result_format = "googletest"\n', "").replace(
        '--gtest_filter="$filter"', '--gtest_filter="$filter" --gtest_output=xml:{result_file}'))

    run = shop.offload("run")

    assert run.verdicts == expected
    assert run.results["Cart.Crashes"] == run.results["Cart.Exits"] == ["errored", "errored"]


def test_filters_are_those_of_googletest(shop):
    config = shop.read("offload.toml")
    shop.write("offload.toml", config.replace("'*'", "'Number/*:Named/*'"))

    run = shop.offload("run")

    assert run.code == 0, run
    assert sorted(run.verdicts) == ["Named/Prices.AreShort/Costs1", "Named/Prices.AreShort/Costs2",
                                    "Number/0.IsZero", "Number/1.IsZero"]


def test_a_program_that_is_not_there_fails_the_run(shop):
    (shop.folder / "build" / "shop_tests").unlink()

    failed = shop.offload("run")

    assert failed.code == 1
    assert "build/shop_tests" in failed.err
