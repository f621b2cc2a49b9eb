# SPDX-License-Identifier: MIT
"""Images that the bundled script builds for a run: ahead of it, kept for a commit, and healed."""

import subprocess

from test_users_file import use

CHECKPOINT = """
[checkpoint]
build_inputs = ["ci/Dockerfile"]
"""


def test_the_image_is_built_ahead(project, modal):
    use(project)

    built = project.offload("build")

    assert built.code == 0, built
    assert built.out.strip() in modal.state["images"]


def test_a_commit_and_what_has_changed_since_are_run(project, modal):
    use(project)
    project.write("offload.toml", project.read("offload.toml") + CHECKPOINT)
    for line in ("init -q", "add -A", "-c user.name=a -c user.email=a commit -qm base"):
        subprocess.run(["git", *line.split()], cwd=project.folder, check=True)
    first = project.offload("build").out.strip()
    project.write("value.txt", "2")
    project.write("tests/test_it.py", "import pathlib\n\ndef test_it():\n"
                  "    assert pathlib.Path('value.txt').read_text() == '2'\n")

    run = project.offload("run", timeout=240)

    assert run.code == 0, run
    assert {one["image"] for one in modal.state["sandboxes"].values()} == {first}
    modal.ask("POST", f"/expire/{first}")
    healed = project.offload("run", timeout=240)
    assert healed.code == 0, healed
    assert modal.alive == []
