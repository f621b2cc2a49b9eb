# SPDX-License-Identifier: MIT
"""Configurations as users of earlier versions have them: they load, and run.

tests/modal runs default-modal-pytest.toml.
"""

import pytest
from conftest import PROJECTS

FILES = PROJECTS / "users_files"
MEANING = {
    "custom.toml": ("local", "default"),
    "default-modal-pytest.toml": ("default", "pytest"),
    "local-nextest.toml": ("local", "nextest"),
    "modal-nextest.toml": ("modal", "nextest"),
    "monorepo.toml": ("modal", "pytest"),
    "vitest-modal.toml": ("modal", "vitest"),
}
WARNED = {"monorepo.toml": ["offload.stream_output", "offload.retry_count"]}


def use(project, name):
    project.write("offload.toml", (FILES / name).read_text(encoding="utf-8"))


def test_none_is_forgotten():
    assert set(MEANING) == {path.name for path in FILES.iterdir()}


@pytest.mark.parametrize("name", sorted(MEANING))
def test_it_is_valid(project, name):
    use(project, name)

    shown = project.offload("validate")

    provider, framework = MEANING[name]
    assert shown.code == 0, shown
    assert f"Provider: {provider}\n" in shown.out and f"Framework: {framework}\n" in shown.out
    warned = [line.split(": ")[1].split()[0] for line in shown.err.splitlines() if "WARN" in line]
    assert warned == WARNED.get(name, [])


LIST = """\
#!/bin/sh
[ "$1 $2" = "--area billing" ] || exit 9
printf '%s\\n' billing.Invoice::total billing.Invoice::rounding billing.Tax::eu
"""
# Writes a report to the file it is told, and ends as test runners do: with 1 when a test failed.
RUN = """\
#!/bin/sh
file=$1
shift
status=0
{
  echo '<testsuite>'
  for id; do
    echo "$id" >>ran.txt
    printf '<testcase classname="%s" name="%s">' "${id%%::*}" "${id##*::}"
    if [ "$id" = billing.Invoice::rounding ] && [ ! -e once ]; then
      touch once
      status=1
      echo '<failure message="0.1 + 0.2"/>'
    fi
    echo '</testcase>'
  done
  echo '</testsuite>'
} >"$file"
exit $status
"""


def test_the_custom_one_runs_unchanged(project):
    use(project, "custom.toml")
    project.script("scripts/list_tests.sh", LIST)
    project.script("scripts/run_tests.sh", RUN)

    assert "  billing.Tax::eu\n" in project.offload("collect").out
    run = project.offload("run")

    assert run.code == 2, run
    assert run.results == {"billing.Invoice::total": ["passed"], "billing.Tax::eu": ["passed"],
                           "billing.Invoice::rounding": ["failed", "passed"]}
    assert sorted(project.lines("ran.txt")) == sorted(
        one for one, attempts in run.results.items() for _ in attempts)


def test_the_smallest_one_runs_unchanged(project):
    use(project, "local-nextest.toml")
    project.write("Cargo.toml", """
        [package]
        name = "small"
        version = "0.1.0"
        edition = "2021"
        """)
    project.write("src/lib.rs", """
        #[test]
        fn adds() {
            assert_eq!(1 + 1, 2);
        }

        #[test]
        fn fails() {
            panic!("not today");
        }

        #[test]
        #[ignore]
        fn waits() {}
        """)

    run = project.offload("run")

    assert run.code == 1, run
    assert run.results == {"small adds": ["passed"], "small fails": ["failed"]}
    assert "not today" in run.reason("small fails")
