# SPDX-License-Identifier: MIT
"""What is in the images that the script builds."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest
from conftest import e2e

APPLIER = Path(e2e.BINARY).with_name("offload-apply-diff")


@pytest.fixture
def built(server, script):
    """Builds the project in the script's folder; a build that fails is its error."""

    def build(dockerfile="FROM python:3.11\nWORKDIR /app\n", **what):
        if dockerfile:
            script.write("Dockerfile", dockerfile)
            what = {"dockerfile": "Dockerfile", **what}
        answer = server.answer(server.ask("build", context=str(script.folder), **what))
        return answer["ok"]["image"] if "ok" in answer else answer["error"]

    return build


@pytest.fixture
def shown(server):
    """What a command prints in a sandbox of an image."""

    def show(image, command):
        assert isinstance(image, str), image
        sandbox = server.ok("create", image=image, workdir="/app")["sandbox"]
        asked = server.ask("exec", sandbox=sandbox, command=command)
        assert server.answer(asked)["ok"] == {"code": 0}, server.output(asked, "stderr")
        return server.output(asked).decode()

    return show


def test_arguments_and_variables_reach_every_layer(built, shown, script):
    script.write("a.txt", "A")
    script.write("b.txt", "B")
    image = built("""\
        # A comment, and an argument for FROM and for a stage
        ARG VERSION=3.11
        FROM python:${VERSION}
        ARG VERSION
        ARG NAME=b
        ENV ONE=1 TWO="2 3"
        RUN echo $VERSION >/version
        COPY a.txt /files/
        RUN echo "$VERSION $NAME $TWO" >/again
        COPY $NAME.txt /files/renamed
        RUN <<EOF
        echo $NAME >/heredoc
        EOF
        WORKDIR /app
        CMD ["false"]
        """.replace("        ", ""))

    assert shown(image, "cat /version /again /heredoc /files/*; echo; pwd; echo $ONE") == (
        "3.11\n3.11 b 2 3\nb\nAB\n/app\n1\n")


def test_a_changed_file_leaves_what_is_above_it(built, shown, script, modal):
    dockerfile = ("FROM python:3.11\nCOPY lock /app/\nRUN echo heavy-$(cat /app/lock)\n"
                  "COPY code /app/\nRUN echo light-$(cat /app/code)\n")
    script.write("lock", "1")
    script.write("code", "1")
    first = built(dockerfile)
    script.write("code", "2")

    second = built(dockerfile)

    assert first != second and shown(second, "cat /app/code") == "2"
    ran = [command for command, _ in modal.state["runs"]]
    assert len([one for one in ran if "heavy" in one]) == 1
    assert len([one for one in ran if "light" in one]) == 2
    assert built(dockerfile) == second


def test_several_stages_are_built(built, shown, script):
    script.write("src/x", "X")
    image = built("FROM golang:1 AS make\nCOPY src /src\nRUN cat /src/x /src/x >/out\n"
                  "FROM python:3.11\nCOPY --from=make /out /app/out\n")

    assert shown(image, "cat out; ls -d /src 2>/dev/null || echo; echo none") == "XX\nnone\n"


def test_add_is_copy_except_for_archives(built, shown, script):
    script.write("data/x", "X")
    with tarfile.open(script.folder / "some.tar.gz", "w:gz") as archive:
        archive.add(script.folder / "data")

    assert shown(built("FROM python:3.11\nADD data /app/data\n"), "cat data/x") == "X"
    error = built("FROM python:3.11\nADD some.tar.gz /app\n")
    assert error["kind"] == "invalid" and "some.tar.gz" in error["message"]
    assert "RUN tar" in error["hint"]


def test_what_dockerignore_names_is_left_out(built, shown, script):
    script.write(".dockerignore", "# not these\n*.log\nbuild\n!keep.log\n")
    for name in ("a.log", "keep.log", "build/x", "src/y.py"):
        script.write(name, name)

    assert shown(built(include_cwd=True), "find . -type f | sort").split() == [
        "./.dockerignore", "./Dockerfile", "./keep.log", "./src/y.py"]
    copied = built("FROM python:3.11\nWORKDIR /app\nCOPY . .\n")
    assert shown(copied, "find . -type f | sort").split() == [
        "./.dockerignore", "./Dockerfile", "./keep.log", "./src/y.py"]


def test_the_project_arrives_as_it_is(built, shown, script):
    script.write("bin/tool", "#!/bin/sh\n", 0o755)
    (script.folder / "to file").symlink_to("bin/tool")
    (script.folder / "to-folder").symlink_to("bin")
    (script.folder / "dangling").symlink_to("nowhere")
    (script.folder / "empty" / "inner").mkdir(parents=True)

    image = built(include_cwd=True)

    assert shown(image, "for f in 'to file' to-folder dangling; do readlink \"$f\"; done") == (
        "bin/tool\nbin\nnowhere\n")
    assert shown(image, "test -x bin/tool; test -d empty/inner; echo $?") == "0\n"


def test_the_context_counts_and_not_the_current_folder(script, modal, shown):
    script.write("Dockerfile", "FROM python:3.11\nRUN echo here >/which\n")
    script.write("here", "")
    exported = script.folder.parent / "exported"
    exported.mkdir()
    (exported / "Dockerfile").write_text("FROM python:3.11\nRUN echo exported >/which\n")
    (exported / "there").write_text("")

    image = script("prepare", "--include-cwd", "Dockerfile", f"--context-dir={exported}").last

    assert shown(image, "cat /which; ls") == "exported\nDockerfile\nthere\n"


def test_folders_and_files_are_copied_and_a_command_runs_last(built, shown, script):
    script.write("fixtures/deep/x", "X")
    script.write("one.txt", "1")
    (script.folder / "fixtures" / "link").symlink_to("deep")

    image = built(copy_dirs=[f"{script.folder}/fixtures:/fixtures",
                             f"{script.folder}/one.txt:/etc/one.txt"],
                  init_cmd="cat /fixtures/link/x /etc/one.txt >/made\nif true; then pwd >>/made\nfi")

    assert shown(image, "cat /made") == "X1/app\n"


def test_a_patch_and_a_command_go_on_top(built, shown, script, server):
    script.write("code.txt", "old\n")
    script.write("began", "")
    base = built(include_cwd=True)
    patch = script.write("p.patch", "diff --git a/code.txt b/code.txt\n--- a/code.txt\n"
                         "+++ b/code.txt\n@@ -1 +1 @@\n-old\n+new\n")
    assert APPLIER.is_file()

    image = server.ok("build", base=base, root="/app", patch=str(patch), applier=str(APPLIER),
                      post_patch_cmd="cat code.txt $OFFLOAD_PATCH_FILE | head -2 >'made here'\n")

    # A box has the /tmp of this machine where the tests lie there: with what killed runs have left.
    look = "cat code.txt 'made here'; find /tmp -maxdepth 1 -name 'offload*' -newer began"
    assert shown(image["image"], look) == "new\nnew\ndiff --git a/code.txt b/code.txt\n"
    assert server.ok("build", base=base, root="/app")["image"] == base
    wrong = script.write("wrong.patch", patch.read_text().replace("-old", "-other"))
    failed = server.error("build", base=base, root="/app", patch=str(wrong), applier=str(APPLIER))
    assert failed["kind"] == "build-failed"


def test_a_build_that_fails_says_in_what(script):
    script.write("Dockerfile", "FROM python:3.11\nRUN echo the reason; exit 3\n")

    failed = script("prepare", "Dockerfile")

    assert (failed.code, failed.out) == (9, "")
    assert "offload: build-failed\n" in failed.err and "the reason" in failed.err


def test_large_files_are_uploaded(built, shown, script):
    (script.folder / "large").write_bytes(os.urandom(6_000_000))

    image = built(include_cwd=True)

    sum_here = subprocess.run(["md5sum", "large"], cwd=script.folder, stdout=subprocess.PIPE)
    assert shown(image, "md5sum large") == sum_here.stdout.decode()


