# SPDX-License-Identifier: MIT
"""Workers that are forks of the process that has listed the tests: imports are paid once.

The parent runs no test. Offload connects to its socket once for each worker, and sends the worker's
standard streams with a text of parts that zeros separate: the namespace of its process ids, and the
worker's variables, as "OFFLOAD_SANDBOX_ID=local-1". The answer is "pid 123", or "no: " and why not.
The connection stays open. When Offload has seen the worker exit, it writes a byte, and the parent
reaps the worker and answers "exited 0" or "killed 9". Each message is one packet (SOCK_SEQPACKET).
"""

import array
import atexit
import contextlib
import gc
import linecache
import os
import random
import select
import signal
import socket
import stat
import sys
import tempfile
import threading
import traceback
import weakref

from offload_pytest_obstacles import (
    SANDBOX,
    SandboxQuestions,
    describe,
    descriptors,
    early_obstacle,
    files_of_capture,
    fork,
    identity,
    obstacle,
    own_descriptors,
)

MESSAGE_LIMIT = 1 << 20
PARENT = "forks-"  # before the name of the sandbox, in a process that outlives it


class Forks:
    """Forks workers until Offload closes the requests of this process."""

    def __init__(self, channel, options, path):
        self._channel = channel
        self._options = options
        self._path = path
        # Imports see the name of the sandbox, of which this process is if it forks nothing.
        self._name = os.environ.get(SANDBOX, "")
        if self._name.startswith(PARENT):
            os.environ[SANDBOX] = self._name[len(PARENT) :]
        self._questions = SandboxQuestions()
        self._numbers = RandomNumbers()
        self._children = {}  # pids, by the descriptor of the connection
        self._connections = {}  # by descriptor
        self._listener = None

    def early_obstacle(self, config):
        return early_obstacle(config, self._options)

    def give_up(self):
        """Becomes a worker like any other, and one of its sandbox."""
        self._stop_watching()
        rewrite_variable(SANDBOX, self._name[len(PARENT) :])

    def _stop_watching(self):
        self._questions.stop()
        self._numbers.stop()

    def prepare(self, config):
        """Gets ready to fork workers. Returns what keeps it from that."""
        self._stop_watching()
        if self._questions.asked_by:
            return "{} reads {}".format(self._questions.asked_by, SANDBOX)
        try:
            return obstacle(config, self._options, self._channel) or self._listen()
        except OSError as error:  # there is no /proc, or no other process
            return str(error)

    def _listen(self):
        if not rewrite_variable(SANDBOX, self._name):
            return "the system does not let a process rewrite its environment"
        try:
            self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._listener.bind(self._path)
            self._listener.listen(64)
        except OSError as error:
            return "cannot listen at {}: {}".format(self._path, error)
        gc.collect()
        if hasattr(gc, "freeze"):  # since Python 3.7
            gc.freeze()  # or each collection would copy all pages
        return ""

    def serve(self, config):
        """Returns True in each worker, and False in the parent, when all workers are gone."""
        requests = self._channel.requests
        poll = select.poll()
        for fd in (requests, self._listener.fileno()):
            poll.register(fd, select.POLLIN)
        while requests is not None or self._children:
            for fd, _ in poll.poll():
                if fd == requests:
                    poll.unregister(fd)
                    poll.unregister(self._listener.fileno())
                    self._listener.close()
                    requests = None
                elif fd in self._children:
                    poll.unregister(fd)
                    self._reap(fd)
                elif requests is not None:
                    connection, _ = self._listener.accept()
                    if self._start(connection, config):
                        return True
                    if connection.fileno() in self._children:
                        poll.register(connection.fileno(), select.POLLIN)
        return False

    def _start(self, connection, config):
        """Returns True in the worker."""
        try:
            asked, streams = receive_request(connection)
        except (OSError, ValueError) as error:
            return self._refuse(connection, error)
        try:
            namespace, *variables = asked.split("\0")
            if namespace != os.readlink("/proc/self/ns/pid"):
                raise OSError("this process is in another container")
            pid = fork()
            if pid == 0:
                self._become_worker(connection, config, variables, streams)
                return True
        except OSError as error:
            return self._refuse(connection, error)
        finally:
            for fd in streams:
                os.close(fd)
        with contextlib.suppress(OSError):  # the worker has done it, and may be gone
            os.setpgid(pid, pid)
        self._children[connection.fileno()] = pid
        self._connections[connection.fileno()] = connection
        send(connection, "pid {}".format(pid))
        return False

    @staticmethod
    def _refuse(connection, why):
        send(connection, "no: {}".format(why))
        connection.close()
        return False

    def _reap(self, fd):
        connection = self._connections.pop(fd)
        with contextlib.suppress(OSError):  # what is left unread would take the answer along
            connection.recv(1)
        _, status = os.waitpid(self._children.pop(fd), 0)
        if os.WIFSIGNALED(status):
            send(connection, "killed {}".format(os.WTERMSIG(status)))
        else:
            send(connection, "exited {}".format(os.WEXITSTATUS(status)))
        connection.close()

    # The worker.

    def _become_worker(self, connection, config, variables, streams):
        try:
            os.setpgid(0, 0)
            for other in (connection, self._listener, *self._connections.values()):
                other.close()
            reopen_files(config, self._channel)
            renew_streams(config, self._channel, streams)
            for name, _, value in (variable.partition("=") for variable in variables):
                if name in os.environ:  # the others are for the start of a process
                    os.environ[name] = value
            rewrite_variable(SANDBOX, os.environ.get(SANDBOX, ""))
            forget_ends()
            self._numbers.renew()
            self._options.separate_places_again(config)
            self._options.leave = leave
        except BaseException:  # there must not be a second parent
            os.write(streams[2], traceback.format_exc().encode("utf-8", "backslashreplace"))
            os._exit(70)


class RandomNumbers:
    """Lets workers draw other numbers, unless an import has seeded the generator for all to see.

    Python seeds its own anew in each fork, and NumPy does not.
    """

    def __init__(self):
        self._seed = random.seed
        self._state = None
        self._is_seeded = False
        random.seed = self._note

    def _note(self, *arguments, **more):
        self._is_seeded = True
        return self._seed(*arguments, **more)

    def stop(self):
        random.seed = self._seed
        self._state = random.getstate()

    def renew(self):
        if self._is_seeded:
            random.setstate(self._state)
        numpy_random = sys.modules.get("numpy.random.mtrand")
        generator = getattr(getattr(numpy_random, "_rand", None), "_bit_generator", None)
        if getattr(generator, "seed_seq", None) is not None:  # it has none when it was seeded
            numpy_random.seed()


def receive_request(connection):
    """The request for a worker, and the descriptors of its three streams."""
    size = socket.CMSG_SPACE(3 * array.array("i").itemsize)
    text, ancillary, flags, _ = connection.recvmsg(MESSAGE_LIMIT, size)
    received = array.array("i")
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            received.frombytes(payload[: len(payload) - len(payload) % received.itemsize])
    if len(received) != 3 or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for fd in received:
            os.close(fd)
        raise ValueError("a request without its three streams")
    return text.decode("utf-8", "surrogateescape"), list(received)


def send(connection, text):
    try:
        connection.send(text.encode("utf-8", "backslashreplace"), socket.MSG_NOSIGNAL)
    except OSError:  # Offload has gone
        pass


def reopen_files(config, channel):
    """Gives files that are being read a position of their own."""
    own = own_descriptors(config, channel)
    for fd in descriptors():
        _, status, flags = describe(fd)
        if fd in own or not stat.S_ISREG(status.st_mode) or flags & os.O_ACCMODE != os.O_RDONLY:
            continue
        inheritable = os.get_inheritable(fd)
        new = os.open("/proc/self/fd/{}".format(fd), os.O_RDONLY)
        os.lseek(new, os.lseek(fd, 0, os.SEEK_CUR), os.SEEK_SET)
        os.dup2(new, fd, inheritable)
        os.close(new)


def renew_streams(config, channel, streams):
    """Puts new streams in the places of the parent's, wherever these have been copied to."""
    requests, events, errors = streams
    old = identity(2)
    for fd in descriptors():
        if fd != errors and identity(fd) == old:
            os.dup2(errors, fd, os.get_inheritable(fd))
    channel.adopt(requests, events)
    for fd in files_of_capture(config):
        if stat.S_ISREG(os.fstat(fd).st_mode):  # modules hold the object around the descriptor
            with tempfile.TemporaryFile(buffering=0) as own:
                os.dup2(own.fileno(), fd, os.get_inheritable(fd))


def forget_ends():
    """Leaves to the parent the functions that imports have registered for the end of it."""
    atexit._clear()
    for finalizer in list(weakref.finalize._registry):
        finalizer.detach()
    if "multiprocessing.util" in sys.modules:
        util = sys.modules["multiprocessing.util"]
        util._finalizer_registry.clear()
        atexit.register(util._exit_function)
    if "logging" in sys.modules:
        atexit.register(sys.modules["logging"].shutdown)
    signal.set_wakeup_fd(-1)


def leave(config, status):
    """Ends this process as its interpreter does, but for freeing all objects one by one: that would
    copy the memory that it shares with its parent."""
    wrapper = config.hook.pytest_cmdline_main.get_hookimpls()[-1].function
    if not getattr(wrapper, "__module__", "").startswith("offload_pytest") or not is_of_console():
        return  # somebody else has a say in the status
    threading._shutdown()
    try:
        atexit._run_exitfuncs()
    except BaseException:  # it has been printed
        pass
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(int(status or 0))


def is_of_console():
    """Whether the process ends with the status of pytest: a program around it might go on."""
    frame, program = sys._getframe(), None
    while frame is not None:
        if frame.f_globals.get("__name__") == "_pytest.config":
            program = frame.f_back
        frame = frame.f_back
    if program is None:
        return False
    line = linecache.getline(program.f_code.co_filename, program.f_lineno).strip()
    return "console_main()" in line and line.startswith(("sys.exit(", "raise SystemExit("))


def rewrite_variable(name, value):
    """Shows another value of a variable in /proc/self/environ, by which Offload knows a process.

    The kernel shows the memory in which the program has got its variables. Nobody else reads it by
    now. The rest of a longer value is filled with zeros. Returns whether it was done.
    """
    try:
        with open("/proc/self/environ", "rb") as file:
            shown = b"\0" + file.read()
        begin = shown.find(b"\0" + name.encode() + b"=")
        if begin < 0:
            return False
        begin += len(name) + 2
        end = shown.index(b"\0", begin)
        while shown[end + 1 : end + 2] == b"\0":  # an earlier value was shorter
            end += 1
        text = value.encode()
        if len(text) > end - begin:
            return False
        with open("/proc/self/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        first = int(fields[47])  # env_start, the 50th field
        memory = os.open("/proc/self/mem", os.O_RDWR)
        try:
            os.pwrite(memory, text.ljust(end - begin, b"\0"), first + begin - 1)
        finally:
            os.close(memory)
    except (OSError, ValueError):
        return False
    return True
