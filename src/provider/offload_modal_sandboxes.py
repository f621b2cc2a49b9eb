# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""Sandboxes: making, running commands in them, moving files, ending them."""

import asyncio
import math
import os
import uuid
from pathlib import Path

import modal
from modal import exception
from offload_modal_images import image_of, in_reach
from offload_modal_trouble import Pace, Trouble, trouble_of, within

# Modal refuses a command of 64 KiB and more: longer ones go by a file.
LONGEST_COMMAND = 60_000
LONGEST_CALL = 60
# The first process does nothing; without one, an image's own CMD would run, and its end be ours.
IDLE = ("sleep", "2147483647")
# Each sandbox of a `serve` carries the name of its run.
TAG = "offload-serve"
# Each command's processes carry this variable, so that they can be found and ended.
MARK = "OFFLOAD_EXEC"
# With bash where there is one: that is what commands were given to, always.
SHELL = 'if command -v bash >/dev/null 2>&1; then exec bash -c "$1"; else exec sh -c "$1"; fi'
# Whatever began with the mark, and what that has started. C++ ends the commands of other sandboxes
# with the same lines, and says why they are as they are.
KILL = f'mark="{MARK}=$1"' + """
found=" "
ended=" "
take() {
  case $found in *" $1 "*) return ;; esac
  found="$found$1 "
  more=1
}
while :; do
  more=
  for path in $(grep -l "$mark" /proc/[0-9]*/environ 2>/dev/null); do
    path=${path#/proc/}
    take "${path%/environ}"
  done
  [ "$found" != " " ] || break
  set -- $(grep -H "^PPid:" /proc/[0-9]*/status 2>/dev/null)
  while [ $# -gt 1 ]; do
    path=${1#/proc/}
    case $found in *" $2 "*) take "${path%%/*}" ;; esac
    shift 2
  done
  [ -z "$more" ] || continue
  [ "$found" != "$ended" ] || break
  kill -KILL $found 2>/dev/null
  ended=$found
done
true
"""


def arguments(*, cpu=None, memory_gb=None, env=None, workdir="/app", timeout=3600,
              experimental_options=None, tags=None):
    """The keyword arguments of Sandbox.create for what a configuration says."""
    made = {"timeout": int(timeout), "workdir": workdir}
    if cpu is not None:
        made["cpu"] = float(cpu)
    if memory_gb is not None:
        made["memory"] = math.ceil(float(memory_gb) * 1024)
    for name, value in (("env", env), ("experimental_options", experimental_options),
                        ("tags", tags)):
        if value:
            made[name] = value
    return made


async def create(app, image_id, made, pace, *, seconds=600, wanted=lambda: True):
    """A new sandbox. When Modal has no room or is asked too fast, it is asked again, until
    `seconds` are over or it is no longer needed."""
    doing = f"making a sandbox of {image_id}"
    image = await image_of(app, image_id)
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    failures = 0
    while True:
        try:
            async with pace.turn():
                if not wanted():
                    raise Trouble("failed", f"{doing}: it is no longer needed")
                left = max(1, until - loop.time())
                return await within(left, doing, modal.Sandbox.create.aio(
                    *IDLE, app=app, image=image, **made))
        except Exception as error:
            if isinstance(error, exception.NotFoundError):
                raise Trouble("image-gone", f"{doing}: {error}") from error
            trouble = trouble_of(error, doing)
            failures += 1
            retried = trouble.kind == "exhausted" or (trouble.again and failures < 3)
            if not retried or loop.time() + pace.refused() > until:
                raise trouble from error


async def find(sandbox_id):
    """A sandbox by its id, whether it runs or not."""
    doing = f"asking for sandbox {sandbox_id}"
    try:
        return await in_reach(within(LONGEST_CALL, doing, modal.Sandbox.from_id.aio(sandbox_id)))
    except Exception as error:
        raise trouble_of(error, doing, missing="sandbox-gone") from error


async def ended(sandbox):
    """Waits until the sandbox is no more, and says in a word how it ended."""
    try:
        await sandbox.wait.aio(raise_on_termination=False)
    except exception.SandboxTimeoutError:
        return "its lifetime is over"
    except exception.NotFoundError:
        return "Modal no longer knows it"
    code = sandbox.returncode
    if code == 137:
        return "it was terminated or preempted"
    return f"its first process ended with {code}"


def gone_because(sandbox, reason):
    return Trouble("sandbox-gone", f"sandbox {sandbox.object_id} is gone: {reason}")


class Exec:
    """A command in a sandbox, with both outputs as they come and a standard input."""

    def __init__(self, sandbox, process):
        self.sandbox = sandbox
        self.process = process
        self.taken = 0
        self.giving = 0
        self._writing = asyncio.Lock()

    async def write(self, data, *, eof=False):
        """Writes to standard input, in the order of the calls. False when nobody reads any more."""
        async with self._writing:
            try:
                for at in range(0, len(data), 2**20):
                    self.process.stdin.write(data[at : at + 2**20])
                    await self.process.stdin.drain.aio()
                if eof:
                    self.process.stdin.write_eof()
                    await self.process.stdin.drain.aio()
                return True
            except (exception.Error, ValueError):
                return False

    async def finish(self, take, gone=None):
        """Passes output to `take(stream, bytes)`, a coroutine, until the command has ended; gives
        its exit code. `gone` is a future that says when and why the sandbox is no more."""

        async def pump(name):
            async for chunk in getattr(self.process, name):
                self.taken += len(chunk)
                self.giving += 1
                await take(name, chunk)
                self.giving -= 1

        pumps = asyncio.gather(pump("stdout"), pump("stderr"))
        code = asyncio.ensure_future(self.process.wait.aio())
        watch = None if gone else asyncio.ensure_future(ended(self.sandbox))
        gone = gone or watch
        try:
            await asyncio.wait({code, gone, pumps}, return_when=asyncio.FIRST_COMPLETED)
            if pumps.done() and not pumps.exception():
                await asyncio.wait({code, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not code.done():
                # Its earlier output may still arrive; it may even have ended in time.
                await asyncio.wait({code}, timeout=2)
            await self._until_silent(pumps)
            if code.done() and not code.exception():
                if pumps.done():
                    pumps.result()
                return code.result()
            if pumps.done() and isinstance(pumps.exception(), Trouble):
                pumps.result()
            # The worker tells that the command is no more; why, Modal tells a moment later.
            await asyncio.wait({gone}, timeout=5)
            if gone.done():
                raise gone_because(self.sandbox, gone.result())
            return (code if code.done() else pumps).result()
        except Exception as error:
            raise trouble_of(error, "running a command", missing="sandbox-gone") from error
        finally:
            left = set(filter(None, (pumps, code, watch)))
            for one in left:
                one.cancel()
            await asyncio.wait(left, timeout=5)

    async def _until_silent(self, pumps):
        """Takes what is left of the output; a process left in the background may keep it open."""
        while not pumps.done():
            before = self.taken
            await asyncio.wait({pumps}, timeout=10)
            if self.taken == before and not self.giving:
                break


async def kill(sandbox, mark):
    """Ends all processes of the command that was started with this mark."""
    killer = await sandbox.exec.aio("sh", "-c", KILL, "sh", mark, timeout=30)
    await killer.wait.aio()


async def start(sandbox, *, command=None, argv=None, env=None, workdir=None, timeout=None,
                mark=None):
    """Starts shell text or a list of arguments."""
    doing = "running a command"
    mark = mark or uuid.uuid4().hex
    try:
        if command is not None and len(command.encode(errors="surrogateescape")) > LONGEST_COMMAND:
            path = f"/tmp/offload-command-{mark}"
            await sandbox.filesystem.write_bytes.aio(
                command.encode(errors="surrogateescape"), path)
            command = f". {path}"
        if command is not None:
            argv = ["sh", "-c", SHELL, "sh", command]
        process = await within(LONGEST_CALL, doing, sandbox.exec.aio(
            *argv, env={**(env or {}), MARK: mark}, workdir=workdir, timeout=timeout, text=False))
        return Exec(sandbox, process)
    except Exception as error:
        raise trouble_of(error, doing, missing="sandbox-gone") from error


async def download(sandbox, remote, local):
    """Copies a file or a whole folder from the sandbox."""
    doing = f"copying {remote} from the sandbox"
    try:
        if not remote.startswith("/"):
            process = await sandbox.exec.aio("pwd")
            remote = os.path.join((await process.stdout.read.aio()).rstrip("\n"), remote)
        try:
            await sandbox.filesystem.copy_to_local.aio(remote, local)
        except exception.SandboxFilesystemIsADirectoryError:
            await _download_folder(sandbox, remote, local)
    except Exception as error:
        raise trouble_of(error, doing, missing="sandbox-gone") from error


async def _download_folder(sandbox, remote, local):
    Path(local).mkdir(parents=True, exist_ok=True)
    tar = await asyncio.create_subprocess_exec("tar", "-xf", "-", "-C", str(local),
                                               stdin=asyncio.subprocess.PIPE)

    async def take(name, chunk):
        if name == "stdout":
            tar.stdin.write(chunk)
            await tar.stdin.drain()

    packing = await start(sandbox, argv=["tar", "-C", remote, "-cf", "-", "."])
    code = await packing.finish(take)
    tar.stdin.close()
    if await tar.wait() or code:
        raise Trouble("failed", f"cannot copy the folder {remote}")


async def upload(sandbox, local, remote, mode=None):
    """Copies a file into the sandbox."""
    doing = f"copying {local} into the sandbox"
    try:
        await sandbox.filesystem.copy_from_local.aio(local, remote)
        if mode is not None:
            process = await sandbox.exec.aio("chmod", mode, remote)
            if await process.wait.aio():
                raise Trouble("failed", f"cannot set the mode of {remote}")
    except Exception as error:
        raise trouble_of(error, doing, missing="sandbox-gone") from error


async def destroy(sandbox_id, pace, *, tries=5):
    """Ends a sandbox. One that Modal does not know any more has ended."""
    while True:
        tries -= 1
        try:
            async with pace.turn():
                sandbox = await find(sandbox_id)
                await within(LONGEST_CALL, f"ending {sandbox_id}", sandbox.terminate.aio())
            return
        except Exception as error:
            trouble = trouble_of(error, f"ending sandbox {sandbox_id}", missing="sandbox-gone")
            if trouble.kind == "sandbox-gone":
                return
            if not trouble.again or tries <= 0:
                raise trouble from error
            pace.refused()


async def destroy_many(ids, *, seconds=100):
    """Ends sandboxes side by side; gives [(id, Trouble)] of those that could not be ended."""
    pace = Pace()
    left = {}

    async def one(sandbox_id):
        left[sandbox_id] = Trouble("timed-out", f"ending sandbox {sandbox_id} takes too long")
        try:
            await destroy(sandbox_id, pace)
            del left[sandbox_id]
        except Trouble as trouble:
            left[sandbox_id] = trouble

    jobs = [asyncio.ensure_future(one(each)) for each in ids]
    if jobs:
        _, late = await asyncio.wait(jobs, timeout=seconds)
        for job in late:
            job.cancel()
    return sorted(left.items())


async def of_run(app, run):
    """The ids of the sandboxes that a `serve` of this run has made and that live."""
    found = modal.Sandbox.list.aio(app_id=app.app_id, tags={TAG: run})
    return [one.object_id async for one in found]


async def destroy_run(app, run, *, tries=5):
    """Ends all sandboxes of a run that is no more; gives [(id, Trouble)] as `destroy_many` does.
    Modal may still be making one that it was asked for: so it is looked twice, at least."""
    doing = f"looking for the sandboxes of run {run}"
    while True:
        tries -= 1
        try:
            ids = await within(LONGEST_CALL, doing, of_run(app, run))
        except Exception as error:
            raise trouble_of(error, doing) from error
        left = await destroy_many(ids)
        if tries <= 0 or (not ids and tries < 4):
            return left
        await asyncio.sleep(3)
