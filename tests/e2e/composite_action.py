# SPDX-License-Identifier: MIT
"""Runs the steps of a composite action as GitHub does: expressions, conditions, and files for
outputs and PATH. Actions of others are not run, but told to a function."""

import re
import subprocess
from pathlib import Path

import yaml

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
REFERENCE = re.compile(r"\b(inputs|github|steps)\.([\w.-]+)")


def read_pairs(file):
    """What a step has written to GITHUB_OUTPUT."""
    return dict(line.split("=", 1) for line in file.read_text(encoding="utf-8").splitlines())


class Step:
    def __init__(self, name, code, out):
        self.name, self.code, self.out = name, code, out


class CompositeAction:
    def __init__(self, folder, workspace, temp, env, used):
        self.folder, self.workspace, self.temp, self.env = folder, workspace, temp, dict(env)
        self.used = used
        self.action = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
        self.summary = temp / "summary.md"

    def run(self, **inputs):
        """Returns (steps that ran, outputs of the action, exit code of the first that failed)."""
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        declared = self.action["inputs"]
        assert set(given) <= set(declared), "no such input"
        self.values = {f"inputs.{name}": given.get(name, about.get("default", ""))
                       for name, about in declared.items()}
        self.values.update({"github.run_id": "7", "github.run_attempt": "1"})
        self.failed = 0
        ran = []
        for number, step in enumerate(self.action["runs"]["steps"]):
            if not self.wants(step.get("if", "success()")):
                continue
            done = self.run_step(number, step)
            ran.append(done)
            self.failed = self.failed or done.code
        outputs = {name: self.filled(about["value"])
                   for name, about in self.action["outputs"].items()}
        return ran, outputs, self.failed

    def wants(self, condition):
        """Like GitHub, a condition that names no status wants success, too."""
        if not re.search(r"\b(always|success|failure)\(", condition):
            condition = f"success() && ({condition})"
        python = REFERENCE.sub(lambda found: repr(self.value(found[0])), condition)
        python = python.replace("&&", " and ").replace("||", " or ")
        return eval(python, {"always": lambda: True, "success": lambda: not self.failed})

    def value(self, name):
        known = name in self.values or name.startswith("steps.")  # a step may not have run
        assert known, f"nobody knows {name}"
        return self.values.get(name, "")

    def filled(self, text):
        return EXPRESSION.sub(lambda found: self.value(found[1].strip()), str(text))

    def run_step(self, number, step):
        if "uses" in step:
            given = {key: self.filled(value) for key, value in step.get("with", {}).items()}
            self.used(step["uses"], given)
            return Step(step["name"], 0, "")
        assert step["shell"] == "bash"
        files = {name: self.temp / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("")
        script = self.temp / f"step-{number}.sh"
        script.write_text(self.filled(step["run"]) + "\n", encoding="utf-8")
        env = dict(self.env, GITHUB_ACTIONS="true", CI="true", RUNNER_TEMP=str(self.temp),
                   GITHUB_WORKSPACE=str(self.workspace), GITHUB_ACTION_PATH=str(self.folder),
                   GITHUB_STEP_SUMMARY=str(self.summary),
                   **{name: str(file) for name, file in files.items()},
                   **{key: self.filled(value) for key, value in step.get("env", {}).items()})
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=str(self.workspace / Path(self.filled(step.get("working-directory", ".")))),
            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, encoding="utf-8", timeout=90)
        for folder in reversed(files["GITHUB_PATH"].read_text().splitlines()):
            self.env["PATH"] = folder + ":" + self.env["PATH"]
        for key, value in read_pairs(files["GITHUB_OUTPUT"]).items():
            self.values[f"steps.{step.get('id')}.outputs.{key}"] = value
        return Step(step["name"], done.returncode, done.stdout)
