# SPDX-License-Identifier: MIT
"""Why the workers of a project cannot be forks: they would share what each has as a process alone.

A fork shares with its parent what the operating system keeps: descriptors, shared memory, locks that
other threads hold.
"""

import contextlib
import fcntl
import os
import stat
import sys
import threading
import warnings

HARMLESS_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# A project makes and removes in these hooks what belongs to one process.
HOOKS_OF_PROCESSES = ("pytest_sessionstart", "pytest_sessionfinish", "pytest_unconfigure")
# Plugins that have a thread, a connection or a file for the process, made when tests begin.
PLUGINS_OF_PROCESSES = ("ddtrace", "pytest_forked", "pytest_memray", "pytest_monitor")
IDLE_PLUGIN = "pytest_rerunfailures"
SANDBOX = "OFFLOAD_SANDBOX_ID"


class SandboxQuestions:
    """Notes whether modules that are imported ask which sandbox they are in.

    A copy of all variables asks for none: modules of the standard library make one.
    """

    def __init__(self):
        self.asked_by = None
        self.copied = None  # the name that a loop over all variables is at
        self._kind = type(os.environ)
        outer = self

        class Watched(self._kind):
            def __iter__(self):
                try:
                    for name in super().__iter__():
                        outer.copied = name
                        yield name
                finally:
                    outer.copied = None

            def __getitem__(self, name):
                if name == SANDBOX and outer.copied != name and outer.asked_by is None:
                    outer.asked_by = caller()
                return super().__getitem__(name)

        os.environ.__class__ = Watched

    def stop(self):
        os.environ.__class__ = self._kind


def caller():
    """The file that is the first one outside of Python's own accessors of the environment."""
    frame = sys._getframe(2)
    while frame.f_back and frame.f_globals.get("__name__") in ("os", "_collections_abc", "collections.abc"):
        frame = frame.f_back
    return frame.f_code.co_filename


def early_obstacle(config, options):
    """Why workers cannot be forks of this process, as far as is known before it lists tests."""
    if not sys.platform.startswith("linux"):
        return "the system is not Linux"
    if options.measures_coverage or sys.gettrace() is not None or measures_coverage():
        return "coverage is measured for each process"
    for name in PLUGINS_OF_PROCESSES:
        if name in sys.modules:
            return "the plugin {} works for each process".format(name)
    for hook in HOOKS_OF_PROCESSES:
        for impl in getattr(config.hook, hook).get_hookimpls():
            if is_of_project(impl.function, config):
                return "{} has a {}".format(file_of(impl.function, config), hook)
    for function in cleanups(config):
        if is_of_project(function, config):
            return "{} adds a clean-up to the configuration".format(file_of(function, config))
    return ""


def obstacle(config, options, channel):
    """Why workers cannot be forks of this process, which has listed the tests."""
    why = early_obstacle(config, options)  # folders have conftests of their own
    if why:
        return why
    others = [one for one in threading.enumerate() if one is not threading.main_thread()]
    threads = [one.name for one in others if not is_idle(one)]
    if threads:
        return "an import has started the thread {}".format(threads[0])
    children = children_of_process()
    if children:
        return "an import has started the process {}".format(children[0])
    probe_fork()
    if len(os.listdir("/proc/self/task")) > 1 + len(others):
        return "a library has started a thread"
    return shared_memory() or shared_descriptor(config, channel)


def is_idle(thread):
    """Whether it waits for what does not come: pytest-rerunfailures for workers of pytest-xdist."""
    return getattr(getattr(thread, "_target", None), "__module__", "") == IDLE_PLUGIN


def measures_coverage():
    coverage = sys.modules.get("coverage")
    current = getattr(getattr(coverage, "Coverage", None), "current", None)
    return current is not None and current() is not None


def is_of_project(function, config):
    file = source_of(function)
    root = str(config.rootpath) + os.sep
    return file.startswith(root) and not any(
        os.sep + folder + os.sep in file for folder in ("site-packages", "dist-packages")
    )


def source_of(function):
    function = getattr(function, "__func__", function)
    code = getattr(getattr(function, "__wrapped__", function), "__code__", None)
    return os.path.abspath(code.co_filename) if code is not None else ""


def file_of(function, config):
    return os.path.relpath(source_of(function), str(config.rootpath))


def cleanups(config):
    """The functions that plugins have given to `config.add_cleanup`."""
    stack = getattr(config, "_cleanup_stack", None)  # since pytest 8.4
    if stack is None:
        return list(getattr(config, "_cleanup", []))
    return [function for _, function in stack._exit_callbacks]


def children_of_process():
    """Names of child processes."""
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open("/proc/self/task/{}/children".format(task)) as children:
                for pid in children.read().split():
                    with open("/proc/{}/comm".format(pid)) as comm:
                        names.append(comm.read().strip())
        except OSError:  # it has just ended, or the kernel does not tell
            continue
    return names


def fork():
    """A fork, without Python's warning of threads: those that are left end by themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def probe_fork():
    """Ends the threads of libraries that end them at a fork, as OpenBLAS does. They start again when
    they are needed."""
    pid = fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def shared_memory():
    with open("/proc/self/maps") as maps:
        for line in maps:
            fields = line.split(None, 5)
            if fields[1] == "rw-s":
                name = fields[5].strip() if len(fields) > 5 else "without a name"
                return "an import has mapped shared memory: {}".format(name)
    return ""


def shared_descriptor(config, channel):
    own = own_descriptors(config, channel)
    for fd in descriptors():
        if fd in own:
            continue
        name, status, flags = describe(fd)
        if stat.S_ISREG(status.st_mode):
            writes = flags & os.O_ACCMODE != os.O_RDONLY
            if writes and not flags & os.O_APPEND and not is_log_file(config, name):
                return "an import keeps the file {} open for writing".format(name)
        elif stat.S_ISCHR(status.st_mode):
            if name not in HARMLESS_DEVICES and not os.isatty(fd):
                return "an import keeps the device {} open".format(name)
        elif not stat.S_ISDIR(status.st_mode):
            return "an import keeps a descriptor open: {}".format(name)
    return ""


def descriptors():
    found = []
    for name in os.listdir("/proc/self/fd"):
        try:
            os.fstat(int(name))
        except OSError:  # that of the listing itself
            continue
        found.append(int(name))
    return found


def describe(fd):
    name = os.readlink("/proc/self/fd/{}".format(fd))
    return name, os.fstat(fd), fcntl.fcntl(fd, fcntl.F_GETFL)


def is_log_file(config, name):
    log = getattr(config.option, "log_file", None)
    return bool(log) and os.path.realpath(os.path.join(str(config.rootpath), log)) == name


def own_descriptors(config, channel):
    """Those of the protocol, of standard streams and of pytest's capturing, which are renewed."""
    own = {0, 1, 2} | channel.descriptors() | files_of_capture(config)
    idle = getattr(config, "failures_db", None)
    if type(idle).__module__ == IDLE_PLUGIN and hasattr(idle, "sock"):
        own.add(idle.sock.fileno())
    errors = identity(2)
    return own | {fd for fd in descriptors() if identity(fd) == errors}


def files_of_capture(config):
    """The descriptors of the files in which pytest keeps what a test writes."""
    capture = config.pluginmanager.get_plugin("capturemanager")
    streams = getattr(capture, "_global_capturing", None)
    found = set()
    for name in ("in_", "out", "err"):
        with contextlib.suppress(AttributeError, OSError, ValueError):  # none, or in memory
            found.add(getattr(streams, name).tmpfile.fileno())
    return found


def identity(fd):
    status = os.fstat(fd)
    return status.st_dev, status.st_ino
