"""Places where commands of images and sandboxes run: the host's own root, copied on write.

A box is a mount namespace with an overlay of the image's layers on top of the host's root folder,
and a process namespace of its own. So absolute paths are real inside it, nothing that is written
gets out of it, every tool of the host is there, and ending its first process ends all of it.
"""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

MOUNT = """set -e
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
mount --rbind /dev "$4/dev"
mount -t proc proc "$4/proc"
mount --bind /sys "$4/sys" 2>/dev/null || true
echo up
exec chroot "$4" /usr/bin/env -i PATH="$PATH" /bin/sh -c 'while :; do sleep 3600; done'
"""


def unshare():
    """The command that makes namespaces, as root or by a user namespace."""
    return ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-m"]


def empty_temp(folder):
    """A layer that hides the host's /tmp, in a list; none where the tools themselves lie there."""
    if os.geteuid() != 0 or Path("/tmp") in [*Path(__file__).parents, *Path(sys.prefix).parents]:
        return []
    hiding = Path(folder) / "tmp"
    hiding.mkdir(parents=True)
    hiding.chmod(0o1777)
    os.setxattr(hiding, "trusted.overlay.opaque", b"y")
    return [Path(folder)]


class Box:
    """One such place. `layers` are folders, the uppermost first."""

    def __init__(self, folder, layers):
        self.folder = Path(folder)
        self.layers = layers
        self.root = self.folder / "m"
        self.upper = self.folder / "u"
        self._holder = None
        self._pid = 0
        for name in ("u", "w", "m"):
            (self.folder / name).mkdir(parents=True)

    async def start(self):
        """Starts it; what is in `upper` before is what it begins with."""
        lower = ":".join([*map(str, self.layers), "/"])
        paths = [lower, str(self.upper), str(self.folder / "w"), str(self.root)]
        # In a group of its own, so that a Ctrl-C at the server does not end it half-way.
        self._holder = await asyncio.create_subprocess_exec(
            *unshare(), "-p", "-f", "--kill-child", "sh", "-c", MOUNT, "sh", *paths,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, start_new_session=True)
        if await self._holder.stdout.readline() != b"up\n":
            raise RuntimeError(f"cannot make a box: {(await self._holder.stderr.read()).decode()}")
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children")
        self._pid = int(children.read_text().split()[0])

    async def run(self, argv, *, env, cwd, **streams):
        """Starts a command in the box. Values of `env` stand in no command line."""
        inside = ["chroot", str(self.root), "/usr/bin/env", "-C", cwd, *argv]
        return await asyncio.create_subprocess_exec(
            "nsenter", "-t", str(self._pid), *([] if os.geteuid() == 0 else ["-U"]), "-m", "-p",
            *inside, env={"PATH": os.environ["PATH"], **env}, start_new_session=True, **streams)

    async def stop(self):
        """Ends every process of the box and removes what they wrote; its layer too, unless taken."""
        if self._holder is not None and self._holder.returncode is None:
            for pid in (self._pid, self._holder.pid):
                try:
                    os.kill(pid, signal.SIGKILL) if pid else None
                except ProcessLookupError:
                    pass
            await self._holder.wait()
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


class PlainBox:
    """A place that is none: commands run as they are, in a folder of the host. As it costs next to
    nothing, it is for measurements of who makes and uses sandboxes."""

    def __init__(self, folder, layers):
        self.folder = Path(folder)
        self.root = self.upper = self.folder / "u"
        self.root.mkdir(parents=True)
        self._started = []

    async def start(self):
        pass

    async def run(self, argv, *, env, cwd, **streams):
        process = await asyncio.create_subprocess_exec(
            *argv, env={"PATH": os.environ["PATH"], **env}, cwd=self.root, start_new_session=True,
            **streams)
        self._started.append(process)
        return process

    async def stop(self):
        for process in self._started:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        await asyncio.to_thread(shutil.rmtree, self.folder, ignore_errors=True)


def in_layers(layers, path):
    """The path as the uppermost layer or the host has it, or None."""
    for layer in [*layers, Path("/")]:
        found = Path(layer) / path.lstrip("/")
        if found.exists() or found.is_symlink():
            return found
    return None
