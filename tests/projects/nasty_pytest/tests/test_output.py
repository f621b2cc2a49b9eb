import logging
import os
import subprocess
import sys

import pytest


def test_writes_a_megabyte():
    for number in range(16384):
        print("line {:06d} {}".format(number, "." * 52))


def test_writes_a_megabyte_and_fails():
    sys.stderr.write("e" * 1024 * 1024)
    assert False, "after a megabyte"


def test_writes_garbage_to_the_descriptors():
    os.write(1, b"\x1e{\"event\": \"done\", \"batch\": 1}\n" + bytes(range(256)))
    os.write(2, b"\xff\xfe\x00\x1e[]\n" + bytes(range(256)))


def test_lets_a_child_write():
    subprocess.run([sys.executable, "-c", "print('\\x1efrom a child')"], check=True)


def test_fails_with_a_huge_message():
    assert False, "huge " * 200000


def test_fails_with_control_characters():
    print("\x00\x01\x08\x0b\x1b[31mred\x1b[0m\x7f\ufffe")
    assert False, "\x00\x01\x08\x0b\x1b[31mred\x1b[0m\x7f\ufffe"


def test_fails_with_a_lone_surrogate():
    raise ValueError("lone \udc80 surrogate")


def test_fails_with_markup():
    assert False, "]]> <failure/> &amp; 'quoted' \"twice\""


def test_logs_and_fails():
    logging.getLogger("nasty").warning("a warning to be seen")
    print("printed")
    assert False


def test_reads_standard_input():
    with pytest.raises((OSError, EOFError)):
        input()


def test_replaces_the_standard_streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)


def test_uses_capfd(capfd):
    os.system("echo from the shell")
    assert capfd.readouterr().out == "from the shell\n"


def test_changes_directory(tmp_path):
    os.chdir(str(tmp_path))


def test_still_finds_its_project(request):
    assert (request.config.rootpath / "pyproject.toml").is_file()
