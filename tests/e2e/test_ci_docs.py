# SPDX-License-Identifier: MIT
"""The recipes of docs/ci.md: valid for the systems they are for, and run as far as these would."""

import itertools
import re
import subprocess
import sys

import pytest
import yaml
from cli_helpers import shell_tests
from conftest import BINARY, REPOSITORY
from test_ci_action import ACTION, Job, git

PAGE = REPOSITORY / "docs" / "ci.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.S | re.M)
YAML = [text for language, text in BLOCKS if language == "yaml"]
WORKFLOWS = [text for text in YAML if "jobs:" in text]
(GITLAB,) = [text for text in YAML if "jobs:" not in text]
OURS = "OWNER/offload/.github/actions/offload@v1"


def complaints(schema, file):
    """What the published schema, which the tool carries with it, has against a file."""
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor." + schema,
         str(file)], capture_output=True, text=True)
    assert checked.stdout, checked.stderr
    return "" if checked.returncode == 0 else checked.stdout


@pytest.mark.parametrize("schema, text", [
    *[("github-workflows", text) for text in WORKFLOWS], ("gitlab-ci", GITLAB),
    ("github-actions", (ACTION / "action.yml").read_text(encoding="utf-8")),
])
def test_recipes_are_as_the_schema_wants_them(tmp_path, schema, text):
    file = tmp_path / "file.yml"
    file.write_text(text, encoding="utf-8")
    assert complaints(schema, file) == ""

    wrong = "script: {a: b}" if schema == "gitlab-ci" else "jobs: 7\nruns: 7"
    file.write_text(text + "\nwrong: {" + wrong.replace("\n", ", ") + "}\n", encoding="utf-8")
    assert complaints(schema, file) != ""  # so it does look


def filled(inputs, matrix):
    text = {key: str(value) for key, value in inputs.items()}
    return {key.replace("-", "_"): re.sub(r"\$\{\{ *matrix\.(\w+) *\}\}",
                                          lambda found: str(matrix[found[1]]), value)
            for key, value in text.items()}


def machines(job):
    """The matrix of each machine that a job runs on."""
    axes = job.get("strategy", {}).get("matrix", {})
    return [dict(zip(axes, values)) for values in itertools.product(*axes.values())]


@pytest.mark.parametrize("text", WORKFLOWS)
def test_a_workflow_runs(project, tmp_path, text):
    shell_tests(project, "a", "b", "c", "d", "e", extra="\n[history]\n")
    job = Job(project, tmp_path)
    (described,) = yaml.safe_load(text)["jobs"].values()
    for matrix in machines(described):
        for step in described["steps"]:
            if step.get("uses", OURS).startswith("actions/checkout@"):
                continue
            if step.get("uses") == OURS:
                _, outputs, code = job.run(**filled(step.get("with", {}), matrix))
                assert (code, outputs["outcome"]) == (0, "passed"), job.out
            else:
                git(project.folder, "checkout", "-q", "--detach")  # so that its branch can be pushed
                subprocess.run(["bash", "-e", "-c", step["run"]], check=True, env=project.env,
                               cwd=str(job.workspace), capture_output=True)

    assert len(job.artifacts) == len(machines(described)) == len(project_runs(job))
    assert sorted(name for run in project_runs(job) for name in run) == ["a", "b", "c", "d", "e"]
    if "--record-history" in text:
        pushed = subprocess.run(["git", "-C", str(project.folder), "show", "--stat", "--all", "-1"],
                                capture_output=True, text=True, check=True).stdout
        assert "Record durations of tests" in pushed and "offload-history.jsonl" in pushed


def project_runs(job):
    """The tests that ran, machine by machine."""
    return [(folder / "ran.txt").read_text().split() for folder in sorted(job.temp.glob("work-*"))]


@pytest.fixture
def system(project):
    """Runs a command in the project's folder, where `offload` is in PATH."""
    programs = project.temp / "bin"
    programs.mkdir()
    (programs / "offload").symlink_to(BINARY)
    env = dict(project.env, CI="true", PATH=f"{programs}:{project.env['PATH']}")

    def run(command, **more):
        return subprocess.run(["sh", "-c", command], cwd=str(project.folder), env=dict(env, **more),
                              capture_output=True, text=True, timeout=90)

    return run


def test_the_job_of_gitlab_runs_all_parts(project, system):
    shell_tests(project, "a", "b", "c", "d", "fail", "flaky", groups={"all": {"retry_count": 1}})
    job = yaml.safe_load(GITLAB)["tests"]
    codes = []
    for node in range(1, job["parallel"] + 1):
        (line,) = job["script"]
        codes.append(system(line, CI_NODE_INDEX=str(node), CI_NODE_TOTAL=str(job["parallel"])))
        assert (project.folder / job["artifacts"]["reports"]["junit"]).is_file()

    assert set(project.lines("ran.txt")) == {"a", "b", "c", "d", "fail", "flaky"}
    ended = sorted(done.returncode for done in codes)
    assert ended[0] == 0 and 1 in ended
    assert job["allow_failure"]["exit_codes"] == 2


@pytest.mark.parametrize("test, code", [("good", 0), ("fail", 1), ("flaky", 2)])
def test_the_command_of_jenkins_exits_as_its_pipeline_expects(project, system, test, code):
    shell_tests(project, test, groups={"all": {"retry_count": 1}})
    (pipeline,) = [text for language, text in BLOCKS if language == "groovy"]
    (command,) = re.findall(r"sh\(script: '([^']*)'", pipeline)

    done = system(command)

    assert done.returncode == code, done.stderr
    assert "[ci] 100%" in done.stderr or code == 1
    assert "code == 2" in pipeline and "code != 0" in pipeline
    (report,) = re.findall(r"junit '([^']*)'", pipeline)
    assert (project.folder / report).is_file()


def test_every_input_and_output_of_the_action_is_described():
    page = PAGE.read_text(encoding="utf-8")
    action = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))

    described = dict(re.findall(r"^\| `([\w-]+)` \|.*\| ?(?:`([^`]*)`|all|) ?\|$", page, re.M))
    assert described == {name: about["default"] for name, about in action["inputs"].items()}
    assert all(f"`{name}`" in page for name in action["outputs"])
