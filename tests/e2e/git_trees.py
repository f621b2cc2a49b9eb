# SPDX-License-Identifier: MIT
"""Trees as dictionaries, and the patches that git makes between two of them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Exec:
    """An executable file."""

    contents: bytes = b"#!/bin/sh\n"


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


def write_tree(folder, tree):
    """Makes `folder` hold exactly `tree`: {path: bytes, Exec or Link}; a .git stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in folder.iterdir():
        if entry.name == ".git":
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    for name, what in tree.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(what, Link):
            path.symlink_to(what.target)
            continue
        path.write_bytes(what.contents if isinstance(what, Exec) else what)
        path.chmod(0o755 if isinstance(what, Exec) else 0o644)


def read_tree(folder):
    """What is in `folder`, as `write_tree` takes it, but for a .git; files only."""
    tree = {}
    for at, folders, files in os.walk(folder):
        if ".git" in folders:
            folders.remove(".git")
        for name in files + folders:
            path = Path(at, name)
            key = str(path.relative_to(folder))
            if path.is_symlink():
                tree[key] = Link(os.readlink(path))
            elif path.is_file():
                contents = path.read_bytes()
                tree[key] = Exec(contents) if path.stat().st_mode & 0o111 else contents
    return tree


class Repository:
    """A git repository that knows nothing of the user's configuration."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q")

    def git(self, *arguments, check=True):
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CEILING_DIRECTORIES": str(self.folder.parent),
        }
        who = ["-c", "user.name=t", "-c", "user.email=t@t", "-c", "core.autocrlf=false"]
        command = ["git", *who, "-c", "gc.auto=0", *map(str, arguments)]
        return subprocess.run(command, cwd=self.folder, env=env, check=check, capture_output=True)

    def commit(self, tree):
        write_tree(self.folder, tree)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "base")

    def patch_to(self, tree, *options):
        """The patch from what was committed last to `tree`."""
        write_tree(self.folder, tree)
        self.git("add", "-A")
        return self.git("diff", "--cached", "--binary", *(options or ["--full-index"])).stdout
