# SPDX-License-Identifier: MIT
"""Projects whose tests are run by ctest: shell commands, so that nothing has to be compiled."""

import subprocess

HEAD = """\
cmake_minimum_required(VERSION 3.20)
project(small NONE)
enable_testing()
"""


def cmake(project, *arguments):
    """Makes the build folder, as `cmake -B build` does."""
    subprocess.run(["cmake", "-S", ".", "-B", "build", *arguments], cwd=project.folder, env=project.env,
                   check=True, stdout=subprocess.DEVNULL)


def ctest(project, *arguments):
    """The user's own ctest."""
    return subprocess.run(["ctest", "--test-dir", "build", *arguments], cwd=project.folder,
                          env=project.env, capture_output=True, text=True, check=False)


def configure(project, framework=None, **offload):
    project.configure(framework=dict({"type": "ctest", "command": "ctest"}, **(framework or {})),
                      **offload)


def shell_tests(project, tests, framework=None, **offload):
    """A project with these tests: a shell script by name, or the script and its properties."""
    text = HEAD
    for name, script in tests.items():
        script, *properties = [script] if isinstance(script, str) else script
        text += f"add_test(NAME [=[{name}]=] COMMAND sh -c [=[{script}]=])\n"
        if properties:
            text += f"set_tests_properties([=[{name}]=] PROPERTIES {' '.join(properties)})\n"
    project.write("CMakeLists.txt", text)
    cmake(project)
    configure(project, framework, **offload)
