import os
import signal


def test_before():
    pass


def test_segfaults():
    os.kill(os.getpid(), signal.SIGSEGV)


def test_between():
    pass


def test_is_killed():
    os.kill(os.getpid(), signal.SIGKILL)


def test_after():
    pass
