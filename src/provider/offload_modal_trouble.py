# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""The errors of Modal, with messages that say what to do; and how often to retry."""

import asyncio
import contextlib
import random
import socket

# kind -> exit status of the commands. `exec` ends with 125 instead, as its own is the command's.
STATUS = {
    "failed": 1,
    "invalid": 2,
    "image-gone": 3,
    "no-credentials": 4,
    "exhausted": 5,
    "sandbox-gone": 6,
    "unreachable": 7,
    "timed-out": 8,
    "build-failed": 9,
}

HINTS = {
    "no-credentials": "run `uvx modal token new`, or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET",
    "unreachable": "check this machine's network; status.modal.com shows the state of Modal",
    "exhausted": "lower max_parallel, wait, or ask Modal for a higher limit",
    "image-gone": "Modal removes unused images: build it again",
    "build-failed": "see the output of the build above",
}


class Trouble(Exception):
    """An error for people: its kind, what was wrong, what to do, and whether to try again."""

    def __init__(self, kind, message, hint=None, *, again=False):
        super().__init__(message)
        self.kind = kind
        self.hint = HINTS.get(kind, "") if hint is None else hint
        self.again = again

    def lines(self):
        """The text for standard error; the line of the kind is for programs."""
        yield f"offload: {self.kind}"
        yield f"error: {self}"
        if self.hint:
            yield f"hint: {self.hint}"


def trouble_of(error, doing, *, missing="failed"):
    """The Trouble behind an exception. `missing` is the kind of an id that Modal does not know."""
    from modal import exception as modal

    if isinstance(error, Trouble):
        return error
    text = f"{doing}: {str(error).strip() or type(error).__name__}"
    kinds = [
        ((modal.AuthError, modal.PermissionDeniedError), "no-credentials", False),
        (modal.ResourceExhaustedError, "exhausted", True),
        ((modal.NotFoundError, modal.ConflictError), missing, False),
        (modal.ImageBuildError, "build-failed", False),
        (modal.InvalidError, "invalid", False),
        ((modal.TimeoutError, asyncio.TimeoutError), "timed-out", True),
        ((modal.ConnectionError, ConnectionError, socket.gaierror), "unreachable", True),
        ((modal.ServiceError, modal.InternalError), "failed", True),
    ]
    for types, kind, again in kinds:
        if isinstance(error, types):
            return Trouble(kind, text, again=again)
    return Trouble("failed", text)


class Pace:
    """How fast Modal is asked for something. When it says that it is too fast, all pause, and fewer
    ask at once; when it does as asked, more do."""

    def __init__(self, first=0.5, longest=8.0, at_once=32, most_at_once=256):
        self.first = first
        self.longest = longest
        self.at_once = at_once
        self.most_at_once = most_at_once
        self._asking = 0
        self._left = asyncio.Condition()
        self._not_before = 0.0
        self._refused = 0

    @contextlib.asynccontextmanager
    async def turn(self):
        """Waits for one's turn, and has it."""
        async with self._left:
            await self._left.wait_for(lambda: self._asking < self.at_once)
            self._asking += 1
        try:
            while (delay := self._not_before - asyncio.get_running_loop().time()) > 0:
                await asyncio.sleep(delay + random.uniform(0, self.first))
            yield
            self.at_once = min(self.most_at_once, self.at_once + 1)
            self._refused = 0
        finally:
            self._asking -= 1
            async with self._left:
                self._left.notify()

    def refused(self):
        """All pause, longer each time, and not all for the same time; gives how long."""
        delay = min(self.longest, self.first * 2**self._refused) * random.uniform(0.5, 1)
        self._refused = min(self._refused + 1, 10)
        self.at_once = max(1, self.at_once // 2)
        self._not_before = asyncio.get_running_loop().time() + delay
        return delay


async def within(seconds, doing, awaitable):
    """The result of `awaitable`, or a Trouble if it takes longer. It is then cancelled, but not
    awaited: it may be stuck for good."""
    task = asyncio.ensure_future(awaitable)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if task.done():
            return task.result()
        raise Trouble("timed-out", f"{doing}: no answer for {seconds:g} s", again=True)
    finally:
        task.cancel()
