"""The sandboxes of the pretended workspace and the commands in them."""

import asyncio
import os
import signal
import time

from modal_proto import api_pb2

from pretend_boxes import Box

STATUS = api_pb2.GenericResult

# Modal lays this program into each sandbox: its client reads and writes files by it.
FILE_TOOL = "/__modal/.bin/modal-sandbox-fs-tools"
FILE_TOOL_TEXT = r'''#!/usr/bin/python3
import json, os, shutil, sys
def fail(kind, error):
    print(json.dumps({"error_kind": kind, "message": str(error)}), file=sys.stderr)
    sys.exit(1)
(name, options), = json.loads(sys.argv[1]).items()
path = options["path"]
try:
    if name == "ReadFile":
        with open(path, "rb") as source:
            shutil.copyfileobj(source, sys.stdout.buffer)
    elif name == "WriteFile":
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
    elif name == "MakeDirectory":
        os.makedirs(path, exist_ok=options["parents"])
    else:
        fail("NotSupported", name + " is not pretended")
except FileNotFoundError as error:
    fail("NotFound", error)
except IsADirectoryError as error:
    fail("IsDirectory", error)
except (NotADirectoryError, FileExistsError) as error:
    fail("NotDirectory", error)
except PermissionError as error:
    fail("PermissionDenied", error)
'''


class Output:
    """What a command prints, kept as it comes: so a reader can begin anywhere, at any time."""

    def __init__(self, path):
        self.path = path
        self.over = False
        self._kept = open(path, "wb", buffering=0)
        self._news = asyncio.Event()
        self._source, self.target = os.pipe()
        os.set_blocking(self._source, False)
        asyncio.get_running_loop().add_reader(self._source, self._take)

    def _take(self):
        """Takes what has been printed; false when there is nothing at the moment, or no more."""
        try:
            data = os.read(self._source, 64 * 1024)
        except BlockingIOError:
            return False
        if data:
            self._kept.write(data)
        else:
            asyncio.get_running_loop().remove_reader(self._source)
            os.close(self._source)
            self._kept.close()
        self._tell()
        return bool(data)

    def _tell(self):
        self._news.set()
        self._news = asyncio.Event()

    def end(self):
        """The command is over: what a process in its background prints later is not waited for."""
        for _ in range(16):
            if self._kept.closed or not self._take():
                break
        self.over = True
        self._tell()

    async def read(self, offset):
        """Yields what is printed from an offset on, until the command has ended."""
        with open(self.path, "rb") as source:
            source.seek(offset)
            while True:
                news, over = self._news, self.over
                if data := source.read(64 * 1024):
                    yield data
                elif over:
                    return
                else:
                    await news.wait()


class Exec:
    """A command in a sandbox, its two outputs and its standard input."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        self.outputs = {1: Output(folder / "out"), 2: Output(folder / "err")}
        self.written = 0
        self.closed = False
        self.process = None
        self.over = asyncio.Event()
        self.writing = asyncio.Lock()

    async def start(self, box, argv, *, env, cwd, timeout):
        out, err = (one.target for one in self.outputs.values())
        try:
            self.process = await box.run(argv, env=env, cwd=cwd, stdin=asyncio.subprocess.PIPE,
                                         stdout=out, stderr=err)
        finally:
            os.close(out)
            os.close(err)
        self.watch = asyncio.create_task(self._wait(timeout))

    async def _wait(self, timeout):
        try:
            await asyncio.wait_for(self.process.wait(), timeout or None)
        except asyncio.TimeoutError:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()
        for one in self.outputs.values():
            one.end()
        self.over.set()

    def status(self):
        """{"code": n} or {"signal": n}, or nothing while it runs."""
        if not self.over.is_set():
            return {}
        code = self.process.returncode
        return {"signal": -code} if code < 0 else {"code": code}

    async def write(self, offset, data, eof):
        """Writes what is new of `data`, which begins at an offset."""
        async with self.writing:
            new = data[max(0, self.written - offset) :]
            if offset > self.written:
                raise ValueError("there is a gap before this offset")
            if self.closed:
                if new:
                    raise ValueError("standard input is closed")
                return
            try:
                self.process.stdin.write(new)
                await self.process.stdin.drain()
            except (BrokenPipeError, ConnectionResetError) as error:
                raise ValueError("the command has closed its standard input") from error
            self.written += len(new)
            if eof:
                self.closed = True
                self.process.stdin.close()


class Sandbox:
    """One sandbox: a box, its first command, and what has become of it."""

    def __init__(self, folder, image, request, *, ids, box=Box):
        self.id, self.task_id = ids
        self.request = request
        self.definition = request.definition
        self.env = dict(image.env)
        for source in request.secret_sources:
            self.env |= dict(source.env.contents)
        self.workdir = self.definition.workdir or image.workdir
        self.box = box(folder / "box", image.layers)
        self.folder = folder
        self.execs = {}
        self.result = None
        self.created = time.time()
        self.up = None  # when it was, by the clock that all processes of a machine have in common
        self.over = asyncio.Event()
        self._changing = asyncio.Lock()  # half a box cannot be ended

    async def start(self):
        async with self._changing:
            if self.result is None:
                await self._start()

    async def _start(self):
        tool = self.box.upper / FILE_TOOL.lstrip("/")
        tool.parent.mkdir(parents=True)
        tool.write_text(FILE_TOOL_TEXT)
        tool.chmod(0o755)
        (self.box.upper / self.workdir.lstrip("/")).mkdir(parents=True, exist_ok=True)
        await self.box.start()
        main = list(self.definition.entrypoint_args) or ["sleep", "172800"]
        self.main = await self.run("main", main)
        self.life = asyncio.create_task(self._live())
        self.up = time.monotonic()

    async def _live(self):
        try:
            await asyncio.wait_for(self.main.over.wait(), self.definition.timeout_secs)
            await self.end(STATUS.GENERIC_STATUS_SUCCESS, self.main.process.returncode)
        except asyncio.TimeoutError:
            await self.end(STATUS.GENERIC_STATUS_TIMEOUT)

    async def run(self, exec_id, argv, *, env=None, cwd="", timeout=0):
        one = Exec(self.folder / "execs" / exec_id)
        self.execs[exec_id] = one
        await one.start(self.box, argv, env={**self.env, **(env or {})}, cwd=cwd or self.workdir,
                        timeout=timeout)
        return one

    async def end(self, status, code=0, reason=""):
        """Ends all that runs in it, once."""
        if self.result is None:
            self.result = STATUS(status=status, exitcode=code, exception=reason)
            async with self._changing:
                await self.box.stop()
            self.over.set()
