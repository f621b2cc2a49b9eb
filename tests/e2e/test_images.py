# SPDX-License-Identifier: MIT
"""Images of the provider `default`: built from a commit, found again, brought up to date.

`cloud` is a script whose images and sandboxes are folders. What it does is in cloud.log.
"""

import shlex
import shutil
import subprocess

import pytest

CLOUD = r"""#!/bin/bash
# Images are copies of what is built, sandboxes are copies of images.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
log() { printf '%s\n' "$*" >> "$here/cloud.log"; }
trouble() { [ -e "$here/trouble/$1" ]; }
case $1 in
  prepare)
    log "$@"
    trouble prepare-fails && { echo "no such base image" >&2; exit 1; }
    for word; do case $word in --context-dir=*) context=${word#*=};; esac; done
    trouble prepare-ignores-context && context=$PWD
    mkdir -p "$here/images"
    image=$(mktemp -d "$here/images/im-XXXXXX")
    cp -r "$context/." "$image"
    rm -rf "$image/.git"
    trouble prepare-edits && echo "# generated" >> "$image/conftest.py"
    echo "layer 1"
    basename "$image"
    ;;
  create)
    log "create $2"
    [ -d "$here/images/$2" ] || { echo "image $2 does not exist" >&2; exit 1; }
    mkdir -p "$here/boxes"
    box=$(mktemp -d "$here/boxes/box-XXXXXX")
    cp -r "$here/images/$2/." "$box"
    basename "$box"
    ;;
  exec)
    cd "$here/boxes/$2"
    exec env -i PATH="$PATH" HOME="$HOME" PYTHONDONTWRITEBYTECODE=1 \
      PYTEST_DISABLE_PLUGIN_AUTOLOAD=1 "$OFFLOAD_E2E" sh -c "$3"
    ;;
  destroy) rm -rf "$here/boxes/$2" ;;
esac
"""

TESTS = """\
import os
import pathlib

HERE = pathlib.Path(__file__).parent


def test_value():
    assert (HERE / "value").read_text() == "one\\n"


def test_mode():
    assert os.access(str(HERE / "tool"), os.X_OK)


def test_new():
    assert not (HERE / "new file").exists()


def test_again():
    pass
"""


def git(folder, *words):
    return subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", *words], cwd=folder,
        check=True, capture_output=True, text=True).stdout.strip()


class Cloud:
    def __init__(self, project):
        self.project = project
        self.folder = project.temp.parent
        self.script = self.folder / "cloud"
        self.script.write_text(CLOUD)
        self.script.chmod(0o755)
        (self.folder / "trouble").mkdir()
        project.env["OFFLOAD_E2E"] = f"OFFLOAD_E2E_MARK={project.mark}"
        project.write("test_it.py", TESTS)
        project.write("value", "one\n")
        project.script("tool", "#!/bin/sh\n")
        project.write("conftest.py", "# nothing\n")
        project.write(".gitignore", "test-results\n__pycache__\n")
        self.configure()
        git(project.folder, "init", "-q", "-b", "main")
        self.commit()

    def configure(self, provider=None, **more):
        quoted = shlex.quote(str(self.script))
        commands = {"type": "default", "prepare_command": quoted + " prepare",
                    "create_command": quoted + " create {image_id}",
                    "exec_command": quoted + " exec {sandbox_id} {command}",
                    "destroy_command": quoted + " destroy {sandbox_id}", **(provider or {})}
        self.project.configure(provider=commands, **more)

    def commit(self):
        git(self.project.folder, "add", "-A")
        git(self.project.folder, "commit", "-q", "-m", "change")
        return git(self.project.folder, "rev-parse", "HEAD")

    def trouble(self, name):
        (self.folder / "trouble" / name).write_text("")

    def lines(self, start):
        log = self.folder / "cloud.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if line.startswith(start)]

    @property
    def builds(self):
        return len(self.lines("prepare"))

    @property
    def images(self):
        return sorted(entry.name for entry in (self.folder / "images").iterdir())

    def forget_images(self):
        shutil.rmtree(self.folder / "images")

    def run(self, *flags):
        ended = self.project.offload("run", *flags)
        assert not list((self.folder / "boxes").glob("*")), "sandboxes are left"
        return ended


@pytest.fixture
def cloud(project):
    return Cloud(project)


GREEN = {f"test_it.py::test_{name}": "passed" for name in ("value", "mode", "new", "again")}


def test_a_second_run_of_the_same_commit_builds_nothing(cloud):
    first = cloud.run()
    assert (first.code, first.verdicts) == (0, GREEN), first
    assert "[cache] Latest-commit miss: no cached image for" in first.err
    assert "[prepare]   layer 1" in first.err
    second = cloud.run()
    assert (second.code, second.verdicts) == (0, GREEN), second
    assert "[cache] Latest-commit hit: using cached image from" in second.err
    assert "Preparing environment" not in second.err
    assert cloud.builds == 1


def test_sandboxes_have_the_files_of_the_working_tree(cloud):
    cloud.run()
    cloud.project.write("value", "two\n")
    (cloud.project.folder / "tool").chmod(0o644)
    cloud.project.write("new file", "new\n")
    edited = cloud.run()
    assert edited.verdicts == {**GREEN, "test_it.py::test_value": "failed",
                               "test_it.py::test_mode": "failed",
                               "test_it.py::test_new": "failed"}, edited
    assert cloud.builds == 1
    (cloud.project.folder / "value").unlink()
    assert "FileNotFoundError" in cloud.run().reason("test_it.py::test_value")
    assert cloud.builds == 1


def test_the_image_holds_the_commit_and_nothing_of_the_working_tree(cloud):
    cloud.project.write("value", "two\n")
    cloud.project.write("test-results/ignored", "")
    cloud.run()
    (image,) = cloud.images
    assert (cloud.folder / "images" / image / "value").read_text() == "one\n"
    assert not (cloud.folder / "images" / image / "test-results").exists()


@pytest.mark.parametrize("edited", [False, True])
def test_an_image_that_is_gone_is_built_again(cloud, edited):
    cloud.run()
    cloud.forget_images()
    if edited:
        cloud.project.write("more.txt", "more\n")
    healed = cloud.run()
    assert (healed.code, healed.verdicts) == (0, GREEN), healed
    assert "cannot be used, falling back: create_command ended with exit status 1" in healed.err
    assert "does not exist" in healed.err
    assert cloud.builds == 2
    assert cloud.run().code == 0
    assert cloud.builds == 2, "the new image is found again"


def test_when_the_diff_does_not_fit_the_whole_folder_is_built(cloud):
    cloud.trouble("prepare-edits")
    cloud.project.write("conftest.py", "# something\n")
    run = cloud.run()
    assert (run.code, run.verdicts) == (0, GREEN), run
    assert "cannot be used, falling back: the local changes do not fit its files: " in run.err
    assert "conftest.py" in run.err
    assert "[cache] full build" in run.err
    contexts = [line.rpartition("--context-dir=")[2] for line in cloud.lines("prepare")]
    assert len(contexts) == 2
    assert contexts[1] == str(cloud.project.folder)


def test_a_build_that_has_used_the_working_tree_is_not_taken_for_the_commit(cloud):
    cloud.trouble("prepare-ignores-context")
    cloud.project.write("value", "two\n")
    dirty = cloud.run()
    assert dirty.verdicts["test_it.py::test_value"] == "failed", dirty
    assert "do not fit its files" in dirty.err
    git(cloud.project.folder, "checkout", "-q", "value")
    clean = cloud.run()
    assert (clean.code, clean.verdicts) == (0, GREEN), clean


def test_no_cache_builds_and_writes_nothing(cloud):
    cloud.run()
    before = git(cloud.project.folder, "rev-parse", "refs/notes/offload-images")
    run = cloud.run("--no-cache")
    assert (run.code, cloud.builds) == (0, 2), run
    assert git(cloud.project.folder, "rev-parse", "refs/notes/offload-images") == before


def test_post_patch_cmd_runs_on_the_files_of_the_working_tree(cloud):
    cloud.configure(post_patch_cmd='cp value "new file"; echo "patch: ${OFFLOAD_PATCH_FILE-none}"'
                                   ' >> "new file"; pwd > where')
    cloud.commit()
    cloud.project.write("test_it.py", TESTS + """

def test_post_patch():
    assert (HERE / "new file").read_text() == "one\\npatch: none\\n"
    assert (HERE / "where").read_text().strip() == str(HERE)
""")
    cloud.commit()
    plain = cloud.run()
    assert plain.verdicts["test_it.py::test_post_patch"] == "passed", plain
    cloud.project.write("value", "two\n")
    patched = cloud.run()
    reason = patched.reason("test_it.py::test_post_patch")
    assert "two" in reason and "offload.patch" in reason, patched
    assert cloud.builds == 1


def test_a_post_patch_cmd_that_fails_is_told(cloud):
    cloud.configure(post_patch_cmd="echo cannot generate >&2; exit 7")
    cloud.commit()
    run = cloud.run()
    assert run.code == 1
    assert set(run.verdicts.values()) == {"not run"}
    assert "post_patch_cmd failed: cannot generate" in run.reason("test_it.py::test_again")
    assert "exit status 7" in run.reason("test_it.py::test_again")
    assert cloud.builds == 1, "another image would not help"


def test_with_a_checkpoint_later_commits_are_in_the_diff(cloud):
    cloud.configure(checkpoint={"build_inputs": ["tool", "offload.toml"]})
    cloud.commit()
    assert cloud.run().code == 0
    cloud.project.write("value", "two\n")
    cloud.commit()
    later = cloud.run()
    assert "[cache] Checkpoint hit: using cached image from" in later.err
    assert later.verdicts["test_it.py::test_value"] == "failed"
    assert cloud.builds == 1
    cloud.project.script("tool", "#!/bin/sh\nexit 1\n")
    cloud.commit()
    cloud.run()
    assert cloud.builds == 2


def test_what_the_image_depends_on_is_part_of_its_key(cloud):
    cloud.project.write("data/one", "1")
    cloud.project.write("Dockerfile", "FROM x\n")
    cloud.commit()
    builds = 0

    def expect_a_build(*flags, told=""):
        nonlocal builds
        builds += 1
        assert cloud.run(*flags).code == 0
        assert cloud.builds == builds
        assert told in cloud.lines("prepare")[-1]
        assert cloud.run(*flags).code == 0
        assert cloud.builds == builds, "the second time it is a hit"

    prepare = shlex.quote(str(cloud.script)) + " prepare Dockerfile"
    expect_a_build()
    cloud.configure(provider={"prepare_command": prepare})
    expect_a_build()
    cloud.project.write("Dockerfile", "FROM y\n")
    expect_a_build()
    cloud.configure(provider={"prepare_command": prepare, "copy_dirs": ["data:/data"]})
    expect_a_build(told=" --copy-dir=data:/data ")
    cloud.project.write("data/one", "2")
    expect_a_build()
    cloud.configure(provider={"prepare_command": prepare}, sandbox_init_cmd="true")
    expect_a_build(told=" --sandbox-init-cmd=true ")
    expect_a_build("--copy-dir", "data:/more", told=" --copy-dir=data:/more ")


def test_build_prints_the_image(cloud):
    first = cloud.project.offload("build")
    assert first.code == 0, first
    assert first.out.splitlines() == cloud.images
    assert "[prepare]   layer 1" in first.err
    assert cloud.project.offload("build").out == first.out
    assert cloud.builds == 1
    assert cloud.run().code == 0
    assert cloud.builds == 1, "the run uses what was built"
    other = cloud.project.offload("build", "--no-cache")
    assert other.code == 0 and other.out != first.out
    assert cloud.builds == 2


def test_a_prepare_command_that_fails_is_told(cloud):
    cloud.trouble("prepare-fails")
    run = cloud.project.offload("run")
    assert run.code == 1
    assert "prepare_command ended with exit status 1: no such base image" in run.err
    assert cloud.project.offload("build").code == 1


def test_without_git_the_whole_folder_is_built_each_time(cloud):
    shutil.rmtree(cloud.project.folder / ".git")
    cloud.project.write("value", "two\n")
    for builds in (1, 2):
        run = cloud.run()
        assert run.verdicts["test_it.py::test_value"] == "failed", run
        assert "building the whole folder" in run.err
        assert cloud.builds == builds


def test_two_clones_keep_the_entries_of_both(cloud):
    origin = cloud.folder / "origin.git"
    git(cloud.folder, "init", "-q", "-b", "main", "--bare", str(origin))
    git(cloud.project.folder, "remote", "add", "origin", str(origin))
    first_commit = git(cloud.project.folder, "rev-parse", "HEAD")
    cloud.project.write("value", "one\n\n")
    cloud.commit()
    git(cloud.project.folder, "push", "-q", "origin", "main")
    other = cloud.folder / "other"
    git(cloud.folder, "clone", "-q", str(origin), str(other))
    git(other, "checkout", "-q", first_commit)

    here = cloud.project.start("build")
    there = cloud.project.start("build", folder=other)
    for started in (here, there):
        ended = started.wait()
        assert ended.code == 0 and "not shared" not in ended.err, ended
    notes = git(origin, "notes", "--ref=refs/notes/offload-images", "list")
    assert len(notes.splitlines()) == 2
    assert cloud.builds == 2

    third = cloud.folder / "third"
    git(cloud.folder, "clone", "-q", str(origin), str(third))
    assert cloud.project.start("build", folder=third).wait().out.strip() in cloud.images
    assert cloud.builds == 2, "the image comes from the other clone's note"


def test_a_remote_that_cannot_be_reached_is_one_warning(cloud):
    git(cloud.project.folder, "remote", "add", "origin", str(cloud.folder / "nowhere.git"))
    run = cloud.run()
    assert (run.code, run.verdicts) == (0, GREEN), run
    assert run.err.count("[cache] cannot read the remote's images") == 1
    assert cloud.run().code == 0
    assert cloud.builds == 1


def test_a_shallow_clone_is_enough_for_head(cloud):
    git(cloud.folder, "clone", "-q", "--depth", "1", cloud.project.folder.as_uri(), "shallow")
    for _ in range(2):
        ended = cloud.project.start("run", folder=cloud.folder / "shallow").wait()
        assert (ended.code, ended.verdicts) == (0, GREEN), ended
    assert cloud.builds == 1
