# SPDX-License-Identifier: MIT
"""Projects that are run with real installations of vitest, in tests/node: `./dev test` makes them."""

import json
import os
import subprocess

from conftest import REPOSITORY

INSTALLATIONS = REPOSITORY / "tests" / "node"
VERSIONS = ["vitest2", "vitest4"]
NEWEST = VERSIONS[-1]


def install(project, version=NEWEST):
    """Lets the project have that vitest."""
    modules = INSTALLATIONS / version / "node_modules"
    assert (modules / "vitest").is_dir(), f"{modules} is missing: run ./dev test"
    (project.folder / "node_modules").symlink_to(modules)
    if not (project.folder / "package.json").exists():
        project.write("package.json", '{"private": true, "type": "module"}\n')
    project.env["NO_COLOR"] = "1"


def configure(project, framework=None, **more):
    project.configure(framework=dict({"type": "vitest", "command": "npx vitest"},
                                     **(framework or {})), **more)


def plain_vitest(project, *arguments, env=None):
    """What `vitest run` says of each test, by the id that Offload gives it, and its exit code."""
    report = project.temp / "plain.json"
    done = subprocess.run(
        ["node_modules/.bin/vitest", "run", "--reporter=json", f"--outputFile={report}",
         *arguments],
        cwd=project.folder, env=dict(project.env, **(env or {})),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    verdicts = {}
    for file in json.loads(report.read_text())["testResults"]:
        name = os.path.relpath(file["name"], os.path.realpath(project.folder))
        if not file["assertionResults"]:
            verdicts[name] = file["status"]
        for test in file["assertionResults"]:
            suites = [title for title in test["ancestorTitles"] if title]
            id = " > ".join([name, *suites, test["title"]])
            said = {"pending": "skipped", "todo": "skipped"}.get(test["status"], test["status"])
            verdicts[id] = "failed" if "failed" in (said, verdicts.get(id)) else said
    return verdicts, done.returncode
