"""Places where commands of images and sandboxes run: the host's own root, copied on write.

A box is a mount namespace in which each folder of the host's root, and of the image's layers, is an
overlay, and a process namespace of its own. So absolute paths are real inside it, nothing that is
written gets out of it, every tool of the host is there, and ending its first process ends all of it.

Not one overlay of the whole root: in a user namespace, which is what ordinary users have, a folder
with other mounts below it cannot be the lower one of an overlay.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

# upper work root options, then NAME=LOWER for each overlay
MOUNT = """set -e
# The new way of util-linux 2.39 takes 256 bytes for the list of lower folders, the old one 4096.
export LIBMOUNT_FORCE_MOUNT2=always
upper=$1 work=$2 root=$3 options=$4
shift 4
mount --bind "$upper" "$root"
for each; do
  name=${each%%=*}
  mount -t overlay overlay "$root/$name" \\
    -o "lowerdir=${each#*=},upperdir=$upper/$name,workdir=$work/$name$options"
done
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --bind /sys "$root/sys" 2>/dev/null || true
echo up
exec chroot "$root" /usr/bin/env -i PATH="$PATH" /bin/sh -c 'while :; do sleep 3600; done'
"""


def unshare():
    """The command that makes namespaces, as root or by a user namespace."""
    return ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-m"]


def why_no_boxes():
    """What keeps this machine from making boxes, as in a container without additional rights; empty
    when nothing does."""
    probe = subprocess.run([*unshare(), "true"], capture_output=True, text=True, check=False)
    return probe.stderr.strip() if probe.returncode else ""


def is_user_namespace():
    """Whether root is root of a user namespace only."""
    return Path("/proc/self/uid_map").read_text().split() != ["0", "0", str(2**32 - 1)]


def folders_of_host():
    """Those at the top of the host's root that a box has. It has a /tmp of its own, unless the tools
    themselves lie there, and for an ordinary user a home of its own for root."""
    hidden = {"dev", "proc", "sys", "run", "mnt", "lost+found"}
    if Path("/tmp") not in [*Path(__file__).parents, *Path(sys.prefix).parents]:
        hidden.add("tmp")
    return [path for path in Path("/").iterdir()
            if path.name not in hidden and path.is_dir() and not path.is_symlink()
            and os.access(path, os.R_OK | os.X_OK)]


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

    def overlays(self):
        """What MOUNT is to lay over what, and the rest of the root put in its place."""
        lower = {}
        for layer in [*self.layers, Path("/")]:
            host = folders_of_host() if layer == Path("/") else []
            for path in host or [one for one in layer.iterdir() if one.is_dir()]:
                lower.setdefault(path.name, []).append(str(path))
        for one in [one for layer in [*self.layers, Path("/")] for one in layer.iterdir()]:
            if (one.is_symlink() or one.is_file()) and not os.path.lexists(self.upper / one.name):
                shutil.copy2(one, self.upper / one.name, follow_symlinks=False)
        for name in lower:
            (self.upper / name).mkdir(exist_ok=True)
            (self.folder / "w" / name).mkdir()
            shutil.copymode(lower[name][0], self.upper / name)
        for name in ("dev", "proc", "sys", "run", "tmp", "root"):
            (self.upper / name).mkdir(exist_ok=True)
        (self.upper / "tmp").chmod(0o1777)
        return [f"{name}={':'.join(folders)}" for name, folders in lower.items()]

    def taken_layer(self, to):
        """What has been written in the box becomes a layer, without what only its making put there."""
        for path in self.upper.iterdir():
            if path.is_symlink() and os.path.lexists(f"/{path.name}"):
                path.unlink()
            elif path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
        os.rename(self.upper, to)
        return to

    async def start(self):
        """Starts it; what is in `upper` before is what it begins with."""
        options = ",userxattr" if is_user_namespace() else ""
        paths = [str(self.upper), str(self.folder / "w"), str(self.root), options, *self.overlays()]
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
