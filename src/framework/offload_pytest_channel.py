# SPDX-License-Identifier: MIT
"""The connection of a worker to Offload: events go out, requests come in.

offload_pytest.py describes both.
"""

import fcntl
import json
import os
import re
import resource
import time
import zlib

# Far from the numbers that tests like to close or count, and below `ulimit -n`.
FIRST_PRIVATE_DESCRIPTOR = min(500, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)

HALF_ESCAPED = re.compile(r"\\u(d[89a-f][0-9a-f]{2})")


class Channel:
    """Takes standard input and output for the protocol and leaves harmless ones to the tests.

    It keeps the functions that it needs: tests replace those of modules, and what looks modules
    through, as pyfakefs and freezegun do, does not find them here.
    """

    def __init__(self, only_request):
        self._getpid, self._read, self._write = os.getpid, os.read, os.write
        self._crc32, self._decode = zlib.crc32, json.JSONDecoder().decode
        self._encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":")).encode
        self.clock = time.perf_counter
        self.pid = os.getpid()
        self.only_request = only_request
        self.broken = False
        self._sent = 0
        self._finished = False
        self._unread = b""
        self._events = fcntl.fcntl(1, fcntl.F_DUPFD_CLOEXEC, FIRST_PRIVATE_DESCRIPTOR)
        os.dup2(2, 1)
        self._requests = None
        if only_request is None:
            self._requests = fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, FIRST_PRIVATE_DESCRIPTOR)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)

    @property
    def requests(self):
        """The descriptor that requests come from."""
        return self._requests

    def descriptors(self):
        return {self._events, self._requests}

    def adopt(self, requests, events):
        """Makes this the channel of a forked worker, with streams of its own."""
        os.dup2(requests, self._requests, inheritable=False)
        os.dup2(events, self._events, inheritable=False)
        self.pid = self._getpid()
        self._sent = 0
        self._unread = b""

    @property
    def in_child(self):
        """A test forked: the copy of this process has no say in the protocol."""
        return self._getpid() != self.pid

    def send(self, event, **fields):
        if self.broken or self.in_child:
            return
        fields["event"] = event
        fields["n"] = self._sent
        self._sent = 0 if event in ("discovered", "failed", "forks") else self._sent + 1
        body = self._encode(fields)
        if "\\ud" in body:
            body = self._encode(readable(fields))
        body = body[:-1].encode("ascii")
        seal = ',"crc":"{:08x}"}}\n'.format(self._crc32(body)).encode("ascii")
        record = b"\x1e" + body + seal
        try:
            while record:
                record = record[self._write(self._events, record) :]
        except OSError:  # nobody is listening any more
            self.broken = True

    def receive(self):
        """The next request; {"do": "finish"} when there will be no more."""
        if self._finished or self.broken or self.in_child:
            return {"do": "finish"}
        if self._requests is None:
            self._finished = True
            return self._decode(self.only_request)
        while b"\n" not in self._unread:
            received = self._read(self._requests, 65536)
            if not received:
                self._finished = True
                if self._unread.strip():
                    break
                return {"do": "finish"}
            self._unread += received
        line, _, self._unread = self._unread.partition(b"\n")
        return self._decode(line.decode("utf-8", "surrogatepass").strip())


def printable(text):
    """`text` without the lone surrogates that JSON readers refuse."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def readable(value):
    """`value` with all texts in it `printable`."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: readable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [readable(each) for each in value]
    return value


def with_halves(text):
    """The text that `printable` has made this of, if the original had lone surrogates."""
    return HALF_ESCAPED.sub(lambda half: chr(int(half.group(1), 16)), text)
