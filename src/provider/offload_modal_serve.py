# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""Images and sandboxes for one caller, side by side: a JSON object a line, in and out.

docs/modal-protocol.md says what is spoken. One process does for a whole run what would otherwise
be a process for each command: what takes a second to start is started once.
"""

import asyncio
import base64
import contextlib
import json
import os
import signal
import sys
import uuid

import modal
import offload_modal_images as images
import offload_modal_sandboxes as sandboxes
from offload_modal_trouble import Pace, Trouble, trouble_of

PROTOCOL = 1
LONGEST_LINE = 16 * 2**20
# Output is passed on in pieces, so that one line stays short and commands take turns.
LARGEST_PIECE = 64 * 2**10
# How much standard input may wait for Modal before no more requests are read.
MOST_PENDING_INPUT = 64 * 2**20
LONGEST_END = 90


def encoded(data):
    """Bytes as the member of an answer: as text where they are UTF-8."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def bytes_of(request):
    """The bytes that a request has as `text` or `base64`."""
    if "base64" in request:
        return base64.b64decode(request["base64"], validate=True)
    return request.get("text", "").encode(errors="surrogateescape")


class Window:
    """How many bytes of output the caller still wants; without a number, any."""

    def __init__(self, size=None):
        self.left = size
        self._more = asyncio.Event()

    def grant(self, size):
        if self.left is not None:
            self.left += size
            self._more.set()

    async def take(self, size):
        """Waits until at least a byte is wanted, and takes up to `size`: gives how many."""
        if self.left is None:
            return size
        while self.left <= 0:
            self._more.clear()
            await self._more.wait()
        taken = min(size, self.left)
        self.left -= taken
        return taken


class Known:
    """A sandbox that was made or asked for, and the news of its end."""

    def __init__(self, sandbox, tell):
        self.sandbox = sandbox
        self.dismissed = False
        self.gone = asyncio.ensure_future(self._watch(tell))

    async def _watch(self, tell):
        while True:
            try:
                reason = await sandboxes.ended(self.sandbox)
                break
            except modal.exception.Error:
                await asyncio.sleep(1)  # out of reach for a moment; its commands say more
        if not self.dismissed:
            await tell({"event": "sandbox-ended", "sandbox": self.sandbox.object_id,
                        "reason": reason})
        return reason


class Server:
    """All that one caller has asked for."""

    def __init__(self, writer):
        self.writer = writer
        self.run = uuid.uuid4().hex
        self.app = None
        self.pace = Pace()
        self.ending = Pace()
        self.known = {}
        self.made = set()
        self.requests = {}
        self.execs = {}
        self.background = set()
        self.pending_input = 0
        self.room_for_input = asyncio.Event()
        self.room_for_input.set()
        self._sending = asyncio.Lock()

    async def tell(self, message):
        """Writes one line. Waits while the caller does not read: so nothing piles up here."""
        async with self._sending:
            self.writer.write(json.dumps(message).encode() + b"\n")
            await self.writer.drain()

    async def find_app(self):
        """The app, looked up by the first who needs it; a failure is not kept."""
        if self.app is None or (self.app.done() and self.app.exception()):
            self.app = asyncio.ensure_future(images.find_app())
        return await asyncio.shield(self.app)

    async def sandbox(self, sandbox_id):
        if sandbox_id not in self.known:
            self.known[sandbox_id] = Known(await sandboxes.find(sandbox_id), self.tell)
        return self.known[sandbox_id]

    # --- What can be asked for ------------------------------------------------------------------

    async def op_hello(self, _request_id, request):
        if request.get("protocol", PROTOCOL) != PROTOCOL:
            raise Trouble("invalid", f"this is protocol {PROTOCOL}, not {request['protocol']}")
        self.run = str(request.get("run", self.run))
        await self.find_app()
        return {"protocol": PROTOCOL, "modal": modal.__version__, "run": self.run,
                "python": sys.version.split()[0]}

    async def op_ping(self, _request_id, _request):
        return {}

    async def op_build(self, _request_id, request):
        app = await self.find_app()
        wanted = {name: request[name] for name in request if name not in ("id", "op", "base")}
        if "base" in request:
            return {"image": await images.patched_image(app, request["base"], **wanted)}
        return {"image": await images.full_image(app, **wanted)}

    async def op_create(self, _request_id, request):
        app = await self.find_app()
        wanted = {name: request[name] for name in request
                  if name not in ("id", "op", "image", "seconds")}
        wanted["tags"] = {**wanted.get("tags", {}), sandboxes.TAG: self.run}
        given_up = asyncio.Event()
        making = asyncio.ensure_future(sandboxes.create(
            app, request["image"], sandboxes.arguments(**wanted), self.pace,
            seconds=request.get("seconds", 600), wanted=lambda: not given_up.is_set()))
        try:
            sandbox = await asyncio.shield(making)
        except asyncio.CancelledError:
            # It may be there in a moment, and then nobody knows of it.
            given_up.set()
            self.later(self.discard(making))
            raise
        self.made.add(sandbox.object_id)
        self.known[sandbox.object_id] = Known(sandbox, self.tell)
        return {"sandbox": sandbox.object_id}

    async def discard(self, making):
        with contextlib.suppress(Trouble):
            sandbox_id = (await making).object_id
            self.made.add(sandbox_id)  # `end_all` tries again if this fails
            await self.end(sandbox_id)

    async def op_exec(self, request_id, request):
        known = await self.sandbox(request["sandbox"])
        window = Window(request.get("window"))
        mark = uuid.uuid4().hex

        async def take(stream, data):
            while data:
                size = await window.take(min(len(data), LARGEST_PIECE))
                await self.tell({"id": request_id, "event": stream, **encoded(data[:size])})
                data = data[size:]

        try:
            running = await sandboxes.start(
                known.sandbox, command=request.get("command"), argv=request.get("argv"),
                env=request.get("env"), workdir=request.get("workdir"),
                timeout=request.get("timeout"), mark=mark)
            self.execs[request_id] = (running, window)
            await self.tell({"id": request_id, "event": "started"})
            if not request.get("stdin", False):
                self.later(running.write(b"", eof=True))
            return {"code": await running.finish(take, known.gone)}
        except asyncio.CancelledError:
            if not known.gone.done():
                self.later(sandboxes.kill(known.sandbox, mark))
            raise
        except Trouble as trouble:
            if trouble.kind == "sandbox-gone":
                # The worker that had it says only that it has not; why, Modal tells a moment later.
                await asyncio.wait({known.gone}, timeout=5)
                if known.gone.done():
                    raise sandboxes.gone_because(known.sandbox, known.gone.result()) from trouble
            raise
        finally:
            self.execs.pop(request_id, None)

    def exec_of(self, request):
        if request["exec"] not in self.execs:
            raise Trouble("invalid", f"no command runs for the request {request['exec']}", "")
        return self.execs[request["exec"]]

    async def op_stdin(self, _request_id, request):
        running, _ = self.exec_of(request)
        return {"open": await running.write(bytes_of(request), eof=request.get("eof", False))}

    async def op_more(self, _request_id, request):
        self.exec_of(request)[1].grant(int(request["bytes"]))
        return {}

    async def op_put(self, _request_id, request):
        known = await self.sandbox(request["sandbox"])
        await sandboxes.upload(known.sandbox, request["local"], request["remote"],
                               request.get("mode"))
        return {}

    async def op_get(self, _request_id, request):
        known = await self.sandbox(request["sandbox"])
        await sandboxes.download(known.sandbox, request["remote"], request["local"])
        return {}

    async def op_terminate(self, _request_id, request):
        await self.end(request["sandbox"])
        return {}

    async def op_terminate_all(self, _request_id, _request):
        left = await self.end_all()
        return {"left": [sandbox_id for sandbox_id, _ in left]}

    async def op_cancel(self, request_id, request):
        task = self.requests.get(request["request"])
        if task is None or request["request"] == request_id:
            return {"found": False}
        task.cancel()
        return {"found": True}

    # --- Ending ---------------------------------------------------------------------------------

    async def end(self, sandbox_id):
        if sandbox_id in self.known:
            self.known[sandbox_id].dismissed = True
        await sandboxes.destroy(sandbox_id, self.ending)
        self.made.discard(sandbox_id)

    async def end_all(self):
        """Ends the sandboxes made here, and those that Modal made without telling us in time."""
        for known in self.known.values():
            known.dismissed = True
        ids = set(self.made)
        if self.app is not None and self.app.done() and not self.app.exception():
            for _ in range(2):
                with contextlib.suppress(modal.exception.Error, asyncio.TimeoutError):
                    async with asyncio.timeout(5):
                        ids |= set(await sandboxes.of_run(self.app.result(), self.run))
                        break
        left = await sandboxes.destroy_many(sorted(ids), seconds=LONGEST_END - 30)
        self.made = {sandbox_id for sandbox_id, _ in left}
        return left

    def later(self, work):
        """Something that nobody waits for until the end."""
        task = asyncio.ensure_future(work)
        self.background.add(task)

        def done(task):
            self.background.discard(task)
            if not task.cancelled() and task.exception():
                print(f"offload: {task.exception()}", file=sys.stderr)

        task.add_done_callback(done)

    async def close(self):
        """The caller has gone, or wants us to: ends everything, in a bounded time."""
        for task in list(self.requests.values()):
            task.cancel()
        for tasks, seconds in ((self.requests.values(), 5), (self.background, 20)):
            if tasks:
                await asyncio.wait(set(tasks), timeout=seconds)
        return await self.end_all()

    # --- Requests -------------------------------------------------------------------------------

    async def answer(self, request_id, request):
        """Does what is asked, and says how it went: once for each request."""
        size = len(request.get("text", "")) + len(request.get("base64", ""))
        self.pending_input += size
        if self.pending_input > MOST_PENDING_INPUT:
            self.room_for_input.clear()
        try:
            work = getattr(self, f"op_{request.get('op')}", None)
            if work is None:
                raise Trouble("invalid", f"there is no operation {request.get('op')!r}", "")
            answer = {"ok": await work(request_id, request)}
        except asyncio.CancelledError:
            answer = {"error": {"kind": "cancelled", "message": "as asked", "hint": "",
                                "again": False}}
        except (KeyError, TypeError, ValueError) as error:
            answer = self.said(Trouble("invalid", f"{request.get('op')}: {error!r}", ""))
        except Exception as error:
            answer = self.said(trouble_of(error, str(request.get("op"))))
        finally:
            self.requests.pop(request_id, None)
            self.pending_input -= size
            self.room_for_input.set()
        await self.tell({"id": request_id, **answer})

    @staticmethod
    def said(trouble):
        return {"error": {"kind": trouble.kind, "message": str(trouble), "hint": trouble.hint,
                          "again": trouble.again}}

    async def take_line(self, line):
        """Starts the request of a line. Raises a Trouble if the line is not a request."""
        try:
            request = json.loads(line)
            request_id = request["id"]
        except (ValueError, TypeError, KeyError) as error:
            raise Trouble("invalid", f"not a request: {line[:200]!r} ({error!r})", "") from error
        if request_id in self.requests:
            raise Trouble("invalid", f"the request {request_id} is already running", "")
        task = asyncio.ensure_future(self.answer(request_id, request))
        self.requests[request_id] = task

        def done(task):
            if not task.cancelled() and isinstance(task.exception(), OSError):
                os.kill(os.getpid(), signal.SIGTERM)  # nobody reads any more

        task.add_done_callback(done)
        await self.room_for_input.wait()


async def serve(answers):
    """Serves until standard input ends, or a signal comes. Gives the exit status."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, answers)
    transport.set_write_buffer_limits(high=0)  # to drain is to have written all
    server = Server(asyncio.StreamWriter(transport, protocol, None, loop))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)

    async def read():
        while line := await reader.readline():
            await server.take_line(line)

    reading = asyncio.ensure_future(read())
    stopping = asyncio.ensure_future(stop.wait())
    # Modal's output during builds goes to standard error: it has one output for all builds. If
    # the caller was killed, nobody reads it; the sandboxes are ended nevertheless.
    with contextlib.suppress(OSError), modal.enable_output():
        await asyncio.wait({reading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    status = 0
    if reading.done() and (error := reading.exception()):
        print(f"offload: invalid\nerror: {error}", file=sys.stderr)
        status = 2
    reading.cancel()
    try:
        left = await asyncio.wait_for(server.close(), LONGEST_END)
    except asyncio.TimeoutError:
        left = sorted((one, "it took too long") for one in server.made)
    for sandbox_id, why in left:
        print(f"offload: sandbox {sandbox_id} is left: {why}", file=sys.stderr)
    return status or (1 if left else 0)
