"""What all calls have in common: who may call, how large, how late, and the faults asked for."""

import asyncio
import base64
import json
import time
from collections import Counter

from grpclib import GRPCError, Status

LARGEST_MESSAGE = 100 * 1024 * 1024


def refuse(status, message):
    """Answers a call with an error."""
    raise GRPCError(status, message)


def token(lifetime=1200.0):
    """A token in the form of a JWT, whose signature is not looked at."""
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'exp': time.time() + lifetime})}.pretended"


class Faults:
    """Faults that a test has switched on, by the name of the call; and what was called."""

    def __init__(self):
        self.rules = []
        self.calls = Counter()
        self.running = Counter()
        self.most_at_once = Counter()
        self.latency = 0.0

    def add(self, rule):
        """{"rpc", "times", "status", "message", "delay", "hang"}; without `times` for good."""
        self.rules.append(dict(rule))

    async def meet(self, name):
        await asyncio.sleep(self.latency)
        for rule in self.rules:
            if rule["rpc"] != name or rule.get("times", 1) <= 0:
                continue
            if rule.get("after", 0) > 0:
                rule["after"] -= 1
                continue
            if "times" in rule:
                rule["times"] -= 1
            await asyncio.sleep(rule.get("delay", 0))
            if rule.get("hang"):
                await asyncio.sleep(3600)
            if "status" in rule:
                refuse(Status[rule["status"]], rule.get("message", "a fault was asked for"))


class Service:
    """A gRPC service whose calls are the methods that a subclass has; others are unimplemented.

    A method `async def NAME(self, request, metadata)` answers with the response; one that streams
    takes the stream, too, and is named in `streaming`.
    """

    base = None
    streaming = ()
    unstoppable = ()

    def __init__(self, faults):
        self.faults = faults

    def authorize(self, name, metadata):
        """Refuses the call of somebody who may not."""
        raise NotImplementedError

    def __getattr__(self, name):
        if not name[0].isupper():
            raise AttributeError(name)

        async def unimplemented(stream):
            self.faults.calls[name] += 1
            refuse(Status.UNIMPLEMENTED, f"{name} is not pretended")

        return unimplemented

    def __mapping__(self):
        mapping = self.base.__mapping__(self)
        return {path: handler._replace(func=self._wrapped(path.rsplit("/", 1)[1], handler.func))
                for path, handler in mapping.items()}

    async def _done(self, name, method, request, stream):
        async def work():
            await self.faults.meet(name)
            return await method(request, stream.metadata)

        return await (asyncio.shield(work()) if name in self.unstoppable else work())

    def _wrapped(self, name, method):
        if name not in type(self).__dict__:
            return method

        async def call(stream):
            faults = self.faults
            faults.calls[name] += 1
            faults.running[name] += 1
            faults.most_at_once[name] = max(faults.most_at_once[name], faults.running[name])
            try:
                self.authorize(name, stream.metadata)
                if name in self.streaming:
                    await faults.meet(name)
                    await method(stream)
                    return
                request = await stream.recv_message()
                if request.ByteSize() > LARGEST_MESSAGE:
                    refuse(Status.RESOURCE_EXHAUSTED, "the message is larger than 100 MiB")
                await stream.send_message(await self._done(name, method, request, stream))
            finally:
                faults.running[name] -= 1

        return call
