# SPDX-License-Identifier: MIT
"""A real terminal (tmux) with a shell in it, of which a test reads the screen."""

import re
import shlex
import subprocess
import uuid

from conftest import eventually

PROMPT = "ready>"
COLOURS = re.compile("\x1b\\[[0-9;]*m")
DURATION = re.compile(r"\b(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ms|s|m)\b")


class Terminal:
    """Its shell starts in the project's folder, with the project's environment and no other."""

    def __init__(self, project, columns, rows, term="screen-256color", **env):
        self.socket = "offload-test-" + uuid.uuid4().hex
        wanted = {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **env}
        kept = dict(project.env, **wanted)
        for name in ("TMUX", "COLUMNS", "LINES", *(name for name in env if env[name] is None)):
            kept.pop(name, None)
        self.env = kept
        shell = ["env", "TERM=" + term, f"PS1={PROMPT} ", "bash", "--norc", "--noprofile", "--noediting", "-i"]
        self.tmux("new-session", "-d", "-x", columns, "-y", rows, "-c", project.folder,
                  shlex.join(shell))
        self.wait_for(lambda: PROMPT in self.text)

    def tmux(self, *words):
        command = ["tmux", "-u", "-L", self.socket, "-f", "/dev/null", *map(str, words)]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, text=True,
                              encoding="utf-8").stdout

    def type(self, line):
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def press(self, key):
        self.tmux("send-keys", key)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", columns, "-y", rows)

    @property
    def coloured(self):
        return self.tmux("capture-pane", "-p", "-e")

    @property
    def lines(self):
        """What is on the screen, without the empty lines at its end."""
        return self.tmux("capture-pane", "-p").rstrip("\n").split("\n")

    @property
    def history(self):
        """The same, with what has left the screen at its top; folded lines are one."""
        return self.tmux("capture-pane", "-p", "-J", "-S", "-").rstrip("\n").split("\n")

    @property
    def text(self):
        return "\n".join(self.lines)

    @property
    def shows_cursor(self):
        return self.tmux("display-message", "-p", "#{cursor_flag}").strip() == "1"

    def wait_for(self, what):
        """Until it is true. What the screen shows then, or in the end, is in the failure."""
        try:
            return eventually(what, 20)
        except AssertionError:
            raise AssertionError("the screen:\n" + self.text) from None

    def wait_for_text(self, text):
        self.wait_for(lambda: text in self.text)

    def wait_for_prompt(self):
        self.wait_for(lambda: self.lines[-1].startswith(PROMPT))

    def close(self):
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True)


def masked(lines):
    """Times as T, and spaces in front of them as one: they differ from run to run."""
    return [re.sub(r" {2,}T\b", " T", DURATION.sub("T", line)).rstrip() for line in lines]
