# SPDX-License-Identifier: MIT
# needs: dpkg-dev file
"""What is installed and packaged, from the build that has the command under test.

`./dev package` packs an optimised build in the same ways.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import pytest
from conftest import BINARY, REPOSITORY

BUILD = Path(BINARY).resolve().parent
SHARED = {
    "share/bash-completion/completions/offload": ["completions", "bash"],
    "share/fish/vendor_completions.d/offload.fish": ["completions", "fish"],
    "share/zsh/site-functions/_offload": ["completions", "zsh"],
    "share/man/man1/offload.1": ["man"],
    "share/offload/offload.schema.json": ["schema"],
}
SYSTEM = re.compile(r"ld-linux|linux-vdso|lib(c|m|dl|rt|pthread|resolv)\.so")
PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def run(*command, env=None, cwd=None):
    """The standard output of a command that has to succeed."""
    ran = subprocess.run([str(word) for word in command], env=env, cwd=cwd, capture_output=True,
                         text=True, encoding="utf-8")
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def files_below(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def install(component, prefix):
    run("cmake", "--install", BUILD, "--component", component, "--prefix", prefix, "--strip")
    return files_below(prefix)


# --- cmake --install ----------------------------------------------------------------------------


def test_the_command_is_installed_with_what_belongs_to_it(tmp_path):
    found = install("runtime", tmp_path)

    assert {"bin/offload", "share/doc/offload/LICENSE", "share/doc/offload/docs/install.md",
            *SHARED} <= found
    assert not any(file.startswith(("include/", "lib")) for file in found)
    for file, command in SHARED.items():
        assert (tmp_path / file).read_text(encoding="utf-8") == run(BINARY, *command), file


def test_the_library_is_installed_apart(tmp_path):
    found = install("development", tmp_path)

    assert {"include/offload/offload.hpp"} <= found
    assert any(file.endswith("/liboffload_core.a") for file in found)
    assert any(file.endswith("/cmake/offload/offload-config.cmake") for file in found)
    assert not any(file.startswith(("bin/", "share/")) for file in found)


# --- The Debian package -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def debian(tmp_path_factory):
    """The package with the command. The library of a debug build would take minutes to pack."""
    folder = tmp_path_factory.mktemp("debian")
    run("cpack", "-G", "DEB", "-B", folder, "--config", BUILD / "CPackConfig.cmake",
        "-D", "CPACK_COMPONENTS_ALL=runtime", "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip")
    made = list(folder.glob("*.deb"))
    assert len(made) == 1
    return made[0]


def field(package, name):
    return run("dpkg-deb", "--field", package, name).strip()


def test_a_debian_package_says_what_it_is(debian):
    version = run(BINARY, "--version").split()[1]
    machine = run("dpkg", "--print-architecture").strip()

    assert debian.name == f"offload_{version}_{machine}.deb"
    assert field(debian, "Package") == "offload"
    assert field(debian, "Maintainer").startswith("The Offload authors <")
    described = field(debian, "Description").splitlines()
    assert described[0] == "Parallel test runner over many sandboxes"
    assert all(re.match(r" \S", line) for line in described[1:])


def test_a_debian_package_depends_on_the_libraries_it_is_linked_with(debian):
    depends = field(debian, "Depends")

    assert re.search(r"\blibc6 \(>= 2\.\d+\)", depends)
    for library in ("libfmt", "libgit2", "libre2", "libtinyxml2", "libstdc++6"):
        assert library in depends


def test_a_debian_package_unpacks_to_a_command_that_runs(debian, tmp_path):
    run("dpkg-deb", "-x", debian, tmp_path)

    assert {"usr/bin/offload", "usr/share/doc/offload/copyright",
            "usr/share/doc/offload/changelog.gz", "usr/share/man/man1/offload.1.gz",
            "usr/share/zsh/vendor-completions/_offload",
            "usr/share/bash-completion/completions/offload"} <= files_below(tmp_path)
    assert run(tmp_path / "usr" / "bin" / "offload", "--version", env=PLAIN).startswith("offload ")


# --- The wheel ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    printed = run(sys.executable, REPOSITORY / "cmake" / "make_wheel.py", BUILD, folder,
                  env=dict(os.environ, PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}"))
    return Path(printed.strip())


@pytest.fixture(scope="module")
def venv(wheel, tmp_path_factory):
    """An environment with the wheel, and with the pytest of the tests."""
    folder = tmp_path_factory.mktemp("venv") / "venv"
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", "--no-index", wheel,
        env=dict(PLAIN, HOME=str(folder)))
    packages = next(folder.glob("lib/python3*/site-packages"))
    (packages / "tests.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder


def test_the_tag_of_a_wheel_is_honest(wheel):
    """No file in it wants a newer C library than the tag says, and one wants that one."""
    tagged = re.search(r"-py3-none-manylinux_(\d+)_(\d+)_\w+\.whl$", wheel.name)
    unpacked = wheel.parent / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    needed = {tuple(map(int, version.split(".")))
              for file in unpacked.rglob("*.data/*/**/*") if file.is_file()
              and file.read_bytes()[:4] == b"\x7fELF"
              for version in re.findall(r"\bGLIBC_(\d+\.\d+)\b", run("readelf", "-VW", file))}

    assert max(needed) == (int(tagged[1]), int(tagged[2]))


def test_a_wheel_brings_its_libraries_and_licences(wheel, venv):
    linked = run("ldd", venv / "bin" / "offload", env=PLAIN)
    elsewhere = [line for line in linked.splitlines()
                 if str(venv / "bin" / ".." / "lib" / "offload") not in line
                 and not SYSTEM.search(line)]
    names = zipfile.ZipFile(wheel).namelist()

    assert "libgit2" in linked and elsewhere == []
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_a_wheel_is_not_led_astray_by_the_library_path(venv, tmp_path):
    for library in (venv / "lib" / "offload").iterdir():
        (tmp_path / library.name).write_text("not a library")

    shown = run(venv / "bin" / "offload", "--version",
                env=dict(PLAIN, LD_LIBRARY_PATH=str(tmp_path)))

    assert shown.startswith("offload ")


def test_a_user_of_the_wheel_gets_to_a_green_run(venv, tmp_path):
    """As in the README, in an environment that has nothing else."""
    demo = tmp_path / "demo"
    shutil.copytree(REPOSITORY / "examples" / "pytest_demo", demo,
                    ignore=shutil.ignore_patterns("offload.toml", "test-results", "__pycache__"))
    env = dict(PLAIN, PATH=f"{venv / 'bin'}:{PLAIN['PATH']}", HOME=str(tmp_path))
    began = time.monotonic()

    assert run("offload", "--version", env=env, cwd=demo).startswith("offload ")
    assert "pytest" in run("offload", "init", env=env, cwd=demo)
    told = run("offload", "run", env=env, cwd=demo)

    assert "All tests passed!" in told
    assert time.monotonic() - began < 120


def test_a_wheel_puts_manual_schema_and_completions_into_the_environment(venv):
    for file, command in SHARED.items():
        assert (venv / file).read_text(encoding="utf-8") == run(BINARY, *command), file


def test_a_wheel_leaves_nothing_behind(wheel, tmp_path):
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path)
    pip = [sys.executable, "-m", "pip", "--python", tmp_path / "bin" / "python"]
    before = files_below(tmp_path)
    run(*pip, "install", "--no-index", wheel)
    assert files_below(tmp_path) > before

    run(*pip, "uninstall", "--yes", "offload")

    left = {file for file in files_below(tmp_path) - before if "__pycache__" not in file}
    assert left == set()


def test_uvx_runs_the_command_of_a_wheel(wheel, tmp_path):
    env = dict(PLAIN, HOME=str(tmp_path), UV_PYTHON=sys.executable)
    uvx = Path(sys.executable).parent / "uvx"

    shown = run(uvx, "--offline", "--from", wheel, "offload", "--version", env=env)

    assert shown == run(BINARY, "--version")


def test_uv_installs_the_command_for_a_user(wheel, tmp_path):
    env = dict(PLAIN, HOME=str(tmp_path), UV_PYTHON=sys.executable)

    run(Path(sys.executable).parent / "uv", "tool", "install", "--offline", wheel, env=env)

    shown = run(tmp_path / ".local" / "bin" / "offload", "--version", env=env)
    assert shown == run(BINARY, "--version")


def test_a_wheel_has_an_extra_for_modal(wheel):
    """It brings uv, by which the provider starts its Python."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
        lines = archive.read(name).decode().splitlines()

    assert {"Name: offload", "Provides-Extra: modal",
            'Requires-Dist: uv; extra == "modal"'} <= set(lines)
