# SPDX-License-Identifier: MIT
"""`offload checkpoint-status` in real repositories, with and without a remote."""

import hashlib
import json
import os
import subprocess
import time

import pytest
from cli_helpers import shell_tests

PROVIDER = {"type": "default", "create_command": "echo box", "exec_command": "{command}",
            "destroy_command": "true", "prepare_command": "./make-image"}
REF = "--ref=offload-images"


class Repository:
    """A project in a git repository with a commit."""

    def __init__(self, project, checkpoint=None, provider=None):
        self.project = project
        extra = f"\n[checkpoint]\nbuild_inputs = {json.dumps(checkpoint)}\n" if checkpoint else ""
        shell_tests(project, "a", provider=provider or PROVIDER, extra=extra)
        project.write("Dockerfile", "FROM scratch\n")
        self.git("init", "-q", "-b", "main")
        self.commit()

    def git(self, *arguments, folder="."):
        env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *who, *arguments], cwd=self.project.folder / folder, env=env,
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def status(self, *arguments, env=None):
        """What is shown: {label: value}."""
        shown = self.project.offload("checkpoint-status", *arguments, env=env)
        assert shown.code == 0, shown
        self.said = shown.err
        return dict(line.split(":", 1) for line in shown.out.splitlines())


def values(status):
    return {label: value.strip() for label, value in status.items()}


def test_head_is_the_base_without_a_checkpoint(project):
    repository = Repository(project)
    head = repository.git("rev-parse", "HEAD")

    shown = project.offload("checkpoint-status")

    assert shown.out == (f"HEAD:               {head[:8]}\n"
                         f"Base commit:        {head[:8]} (latest commit, HEAD)\n"
                         "Cached image:       (none)\n"
                         "Next run mode:      full build (no cached image for HEAD)\n")
    assert shown.err == ""


def test_the_checkpoint_is_the_base(project):
    repository = Repository(project, ["Dockerfile"])
    base = repository.git("rev-parse", "HEAD")
    for _ in range(2):
        repository.commit()

    shown = values(repository.status())

    assert shown["Base commit"] == f"{base[:8]} (checkpoint, 2 commits back)"
    assert shown["Next run mode"] == "full build (no cached checkpoint image)"


def test_without_a_checkpoint_commit_everything_is_built(project):
    repository = Repository(project, ["never there"])

    shown = values(repository.status())

    assert shown["Base commit"] == "(none)"
    assert shown["Next run mode"] == "full build (no checkpoint found)"


def test_without_a_commit_everything_is_built(project):
    shell_tests(project, "a", provider=PROVIDER)
    subprocess.run(["git", "init", "-q"], cwd=project.folder, check=True)

    shown = project.offload("checkpoint-status")

    assert shown.code == 0
    assert shown.out.startswith("HEAD:               (none)\n")


def test_outside_of_a_repository_it_says_so(project):
    shell_tests(project, "a", provider=PROVIDER)

    shown = project.offload("checkpoint-status")

    assert shown.code == 1
    assert "not in a git repository" in shown.err


def note(image, **more):
    return json.dumps({"offload.toml": dict({"image_id": image}, **more)})


def test_a_note_that_does_not_say_its_inputs_is_no_image(project):
    repository = Repository(project)
    repository.git("notes", REF, "add", "-m", note("im-old"), "HEAD")

    shown = values(repository.status())

    assert shown["Cached image"] == "(none)"
    assert "im-old cannot be used: its note does not say what it was built from" in repository.said


def test_images_of_other_inputs_are_no_images(project):
    repository = Repository(project)
    repository.git("notes", REF, "add", "-m", note("im-old", inputs="other"), "HEAD")

    assert values(repository.status())["Cached image"] == "(none)"
    assert "im-old cannot be used: it was built from another Dockerfile" in repository.said


def hash_of(*inputs):
    """The hash that a note holds. Notes live long: it must not change from version to version."""
    text = "".join(f"{len(name)} {len(contents)}\n{name}{contents}\n" for name, contents in inputs)
    return hashlib.sha1(f"blob {len(text)}\0{text}".encode()).hexdigest()


INPUTS = hash_of(("provider", "default"), ("prepare_command", "./make-image"),
                 ("sandbox_repo_root", "."))


def test_an_image_is_used_for_a_checkpoint(project):
    repository = Repository(project, ["Dockerfile"])
    repository.git("notes", REF, "add", "-m", note("im-1", inputs=INPUTS), "HEAD")
    modes = [values(repository.status())]
    project.write("committed", "x")
    repository.commit()
    project.write("untracked", "x")
    modes.append(values(repository.status()))

    assert [shown["Cached image"] for shown in modes] == ["im-1", "im-1"]
    assert [shown["Next run mode"] for shown in modes] == [
        "use checkpoint image directly (HEAD is the checkpoint)",
        "thin diff (2 files changed since checkpoint)"]
    assert repository.said == ""


def test_an_image_is_used_for_head(project):
    repository = Repository(project)
    repository.git("notes", REF, "add", "-m", note("im-1", inputs=INPUTS), "HEAD")
    modes = [values(repository.status())["Next run mode"]]
    project.write("untracked", "x")
    modes.append(values(repository.status())["Next run mode"])

    assert modes == ["use cached image directly (nothing has changed since HEAD)",
                     "thin diff (uncommitted changes only)"]


def everything_in(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file() and "objects" not in path.parts}


def test_the_remotes_images_are_looked_at_and_nothing_is_changed(project):
    repository = Repository(project)
    repository.git("init", "-q", "--bare", "../remote.git")
    repository.git("remote", "add", "upstream", "../remote.git")
    repository.git("notes", REF, "add", "-m", note("im-far", inputs="other"), "HEAD")
    repository.git("push", "-q", "upstream", "refs/notes/offload-images")
    repository.git("update-ref", "-d", "refs/notes/offload-images")
    before = everything_in(project.folder / ".git")

    repository.status("--remote", "upstream")

    assert "im-far cannot be used" in repository.said
    assert everything_in(project.folder / ".git") == before
    repository.status()
    assert repository.said == "", "there is no origin"


def test_a_remote_that_is_not_there_is_an_error(project):
    Repository(project)

    failed = project.offload("checkpoint-status", "--remote", "nowhere")

    assert failed.code == 1
    assert "this repository has no remote `nowhere`" in failed.err


@pytest.mark.parametrize("url", ["../no such folder", "ssh://nobody@host.invalid/repo"])
def test_a_remote_that_cannot_be_reached_is_a_warning(project, url):
    repository = Repository(project)
    repository.git("remote", "add", "origin", url)
    began = time.monotonic()

    shown = values(repository.status(env={"GIT_SSH_COMMAND": "exit 1; :"}))

    assert shown["Cached image"] == "(none)"
    assert repository.said.count("WARN") == 1
    assert "cannot read the remote's images" in repository.said
    assert time.monotonic() - began < 30


def test_a_shallow_clone_says_what_to_fetch(project):
    repository = Repository(project, ["Dockerfile"])
    repository.commit()
    repository.commit()
    repository.git("clone", "-q", "--depth=1", f"file://{project.folder}", "../shallow")

    failed = project.offload("checkpoint-status", folder=project.folder.parent / "shallow")

    assert failed.code == 1
    assert "shallow clone" in failed.err
    assert "git fetch --unshallow" in failed.err
