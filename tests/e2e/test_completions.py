# SPDX-License-Identifier: MIT
# needs: fish zsh
"""Completions in the real shells: what they offer behind a beginning."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

import pytest
from conftest import BINARY, PATIENCE

SHELLS = ["bash", "zsh", "fish"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder to complete files in, with the scripts of all shells beside it."""
    tmp_path = tmp_path_factory.mktemp("completions")
    for shell in SHELLS:
        assert shutil.which(shell), f"{shell} is needed"
        printed = subprocess.run([BINARY, "completions", shell], capture_output=True, check=True)
        (tmp_path / f"completion.{shell}").write_bytes(printed.stdout)
    zsh = tmp_path / "functions"
    zsh.mkdir()
    shutil.copy(tmp_path / "completion.zsh", zsh / "_offload")
    made = tmp_path / "here"
    (made / "some folder").mkdir(parents=True)
    (made / "some.toml").write_text("")
    return made


def environment(folder):
    kept = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "TERM": "xterm"}
    return dict(kept, LC_ALL="C.UTF-8", COLUMNS="200", LINES="50")


def offered_by_bash(folder, line):
    """Calls the function as bash does, which takes `=` for a word of its own."""
    script = """
      source ../completion.bash
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      "$(complete -p offload | sed 's/.*-F \\([^ ]*\\).*/\\1/')"
      printf '%s\\n' "${COMPREPLY[@]}"
    """
    words = [word for part in line.split(" ") for word in re.split("(=)", part) if word or not part]
    if line.endswith("="):
        words = words[:-1] if words[-1] == "" else words
    ran = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], cwd=folder,
                         env=environment(folder), capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    return set(ran.stdout.split("\n")) - {""}


def offered_by_fish(folder, line):
    script = f"source ../completion.fish; complete -C '{line}'"
    ran = subprocess.run(["fish", "--no-config", "-c", script], cwd=folder,
                         env=environment(folder), capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    offered = (line.split("\t")[0] for line in ran.stdout.splitlines())
    return {word.split("=", 1)[-1].replace("\\ ", " ") for word in offered}


# Notes what completion functions offer. Calls that only ask what would fit are left as they are.
ZSHRC = r"""
PROMPT='ready> '
autoload -Uz compinit && compinit -u -d ../zcompdump
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a fitting
    builtin compadd -O fitting "$@"
    print -rl -- $fitting >>../offered
  fi
  builtin compadd "$@"
}
"""


def offered_by_zsh(folder, line, before="fpath=(../functions $fpath)", after=""):
    """Types the line and a tab in a terminal."""
    (folder.parent / ".zshrc").write_text("\n".join([before, ZSHRC, after]))
    (folder.parent / "offered").write_text("")
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe("zsh", ["zsh", "-i"], environment(folder))

    def wait_for(text):
        seen, until = "", time.monotonic() + PATIENCE
        while text not in seen:
            assert time.monotonic() < until, seen
            if select.select([terminal], [], [], 1)[0]:
                seen += os.read(terminal, 4096).decode(errors="replace")

    try:
        wait_for("ready> ")
        os.write(terminal, f"{line}\t".encode())
        os.write(terminal, b"\x15echo com''pleted\r")  # read once the completion is done
        wait_for("completed")
    finally:
        os.close(terminal)
        os.waitpid(process, 0)
    return set((folder.parent / "offered").read_text().splitlines()) - {""}


OFFERED = {"bash": offered_by_bash, "fish": offered_by_fish, "zsh": offered_by_zsh}


@pytest.fixture(params=SHELLS)
def offered(request, folder):
    return lambda line: OFFERED[request.param](folder, line)


def test_commands(offered):
    assert {"run", "collect", "logs", "history", "completions"} <= offered("offload ")


def test_the_beginning_of_a_command(offered):
    assert offered("offload co") == {"collect", "completions"}


def test_options_of_a_command(offered):
    found = offered("offload run --")

    assert {"--parallel", "--fail-fast", "--shard", "--config", "--verbose"} <= found
    assert "--provider" not in found


def test_options_behind_others(offered):
    assert "--failed" in offered("offload -c a.toml run --parallel 4 --fail")


def test_parts_of_a_command(offered):
    assert offered("offload history ") == {"merge", "import", "setup-merge-driver"}


@pytest.mark.parametrize("line, words", [
    ("offload init --provider ", {"local", "default", "modal"}),
    ("offload init -f n", {"nextest"}),
    ("offload collect --format=", {"text", "json"}),
    ("offload collect --format=j", {"json"}),
    ("offload completions ", {"bash", "zsh", "fish"}),
])
def test_one_of_several_words(offered, line, words):
    assert offered(line) == words


@pytest.mark.parametrize("line", ["offload -c s", "offload run --config s", "offload apply-diff s",
                                  "offload history import s"])
def test_files(offered, line):
    assert "some.toml" in offered(line)


def test_folders(offered):
    found = offered("offload apply-diff --project-root s")

    assert {word.rstrip("/").replace("\\", "") for word in found} == {"some folder"}


def test_nothing_where_anything_may_stand(offered):
    assert offered("offload run --env s") == set()


def test_everything_that_help_says(offered):
    """Of each command, all that its --help lists."""
    shown = subprocess.run([BINARY, "run", "--help"], capture_output=True, text=True).stdout
    flags = set(re.findall(r"^  (?:-\w,)?(--[\w-]+)", shown, re.M))

    assert len(flags) > 10 and flags <= offered("offload run --")


def test_zsh_takes_the_script_by_source_as_well(folder):
    sourced = "source <(cat ../completion.zsh)"

    assert offered_by_zsh(folder, "offload co", "", sourced) == {"collect", "completions"}


def test_an_unknown_shell_is_refused(project):
    refused = project.offload("completions", "tcsh")

    assert refused.code == 1
    assert "unknown shell `tcsh`" in refused.err and "bash, zsh and fish" in refused.err
