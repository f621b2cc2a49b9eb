"""Building images: the layers that a Dockerfile's instructions make on top of the host's root.

COPY and ADD take files of the context that the client has sent; nothing else can be copied. RUN
runs in a box. Only commands that install packages are taken as done: what the host has is there.
Whatever FROM names outside, is the host's root.
"""

import asyncio
import fnmatch
import hashlib
import itertools
import os
import re
import shutil
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path

from pretend_boxes import Box, in_layers
from pretend_dockerfile import DockerfileError, assignments, instructions, substituted

INSTALLS = re.compile(
    r"\s*(\S*/)?(apt-get|apt|apk|(uv )?pip3?|python3? -m pip|uv pip|echo .*debconf-set-selections)\b")


class BuildError(Exception):
    """The build fails; the text is what the client sees."""


@dataclass(frozen=True)
class Image:
    """A tree of layers, the uppermost first, and what a container starts with."""

    id: str = ""
    layers: tuple = ()
    env: tuple = ()
    workdir: str = "/"
    recipe: tuple = field(default=(), compare=False)


class Images:
    """All images of the pretended workspace, and the files that were sent for them."""

    def __init__(self, folder, host_env):
        self.folder = Path(folder)
        self.files = {}  # sha256 -> path of its contents
        self.mounts = {}  # mount id -> {path: (sha256, mode)}
        self.known = {}  # image id -> Image
        self.gone = set()
        self.host_env = tuple(host_env.items())
        self.by_definition = {}
        self.runs = []  # what RUN ran, and whether it was only taken as done
        self.numbers = itertools.count(1)
        for name in ("files", "layers", "boxes"):
            (self.folder / name).mkdir()

    def new_id(self, prefix):
        """An id as Modal makes them: a prefix and 22 letters and digits."""
        return f"{prefix}-{next(self.numbers):0>22}"

    def add_file(self, sha256, content):
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError("the checksum of the file is wrong")
        path = self.folder / "files" / sha256
        path.write_bytes(content)
        self.files[sha256] = path

    def definition_key(self, definition):
        """What Modal's cache of images goes by: the commands and the contents they see."""
        mount = sorted(self.mounts.get(definition.context_mount_id, {}).items())
        copy = type(definition)()
        copy.CopyFrom(definition)
        copy.context_mount_id = ""
        return hashlib.sha256(repr(mount).encode() + copy.SerializeToString()).hexdigest()

    async def build(self, definition, log):
        """Builds, and answers with the image; `log` is called with text."""
        build = _Build(self, definition, log)
        image = await build.run()
        image = replace(image, id=self.new_id("im"))
        self.known[image.id] = image
        return image


class _Build:
    def __init__(self, images, definition, log):
        self.images = images
        self.definition = definition
        self.log = log
        self.mount = images.mounts.get(definition.context_mount_id, {})
        self.stages = {}
        self.args = {}
        self.shell = ["/bin/sh", "-c"]
        self.image = Image()

    async def run(self):
        try:
            todo = instructions(self.definition.dockerfile_commands)
        except (DockerfileError, StopIteration) as error:
            raise BuildError(f"dockerfile parse error: {error}") from error
        global_args = {}
        for at, one in enumerate(todo):
            self.log(f"=> [{at + 1}/{len(todo)}] {one.name} {one.rest}\n")
            if one.name == "ARG" and "FROM" not in [i.name for i in todo[:at]]:
                given = dict(self.definition.build_args)
                global_args |= {**assignments(one.rest), **{k: v for k, v in given.items()}}
                continue
            if one.name == "FROM":
                self.start_stage(one, global_args)
                continue
            await getattr(self, f"do_{one.name.lower()}", self.noted)(one)
            self.image = replace(self.image, recipe=(*self.image.recipe, f"{one.name} {one.rest}"))
        return self.image

    def start_stage(self, one, global_args):
        words = substituted(one.rest, global_args).split()
        self.args = {}
        self.shell = ["/bin/sh", "-c"]
        self.global_args = global_args
        bases = {base.docker_tag: base.image_id for base in self.definition.base_images}
        if words[0] in bases:
            self.image = self.images.known[bases[words[0]]]
        elif words[0] in self.stages:
            self.image = self.stages[words[0]]
        else:
            if not re.fullmatch(r"[a-z0-9][\w./:@-]*", words[0]):
                raise BuildError(f"failed to parse base image name {words[0]!r}")
            self.image = Image(layers=(), env=self.images.host_env,
                               recipe=(f"FROM {words[0]}",))
        if len(words) == 3 and words[1].lower() == "as":
            self.alias = words[2]
        else:
            self.alias = str(len(self.stages))
        self.keep_stage()

    def keep_stage(self):
        self.stages[self.alias] = self.image

    def variables(self):
        return {**self.args, **dict(self.image.env)}

    async def noted(self, one):
        """Kept in the recipe only: LABEL, USER, CMD and their like."""

    async def do_env(self, one):
        values = assignments(substituted(one.rest, self.variables()))
        self.image = replace(self.image, env=tuple({**dict(self.image.env), **values}.items()))
        self.keep_stage()

    async def do_arg(self, one):
        name, equals, default = one.rest.partition("=")
        default = substituted(default.strip("\"'"), self.variables())
        given = self.definition.build_args.get(name)
        self.args[name] = given or (default if equals else self.global_args.get(name, ""))

    async def do_shell(self, one):
        self.shell = one.words()

    async def do_workdir(self, one):
        path = os.path.join(self.image.workdir, substituted(one.words()[0], self.variables()))
        self.image = replace(self.image, workdir=os.path.normpath(path))
        layer = self.new_layer()
        (layer / path.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def new_layer(self):
        layer = self.images.folder / "layers" / str(next(self.images.numbers))
        layer.mkdir()
        self.image = replace(self.image, layers=(layer, *self.image.layers))
        self.keep_stage()
        return layer

    async def do_run(self, one):
        command = one.heredocs[0] if one.heredocs and one.rest.startswith("<<") else one.rest
        argv = one.words() if one.rest.startswith("[") else [*self.shell, command]
        skipped = bool(INSTALLS.match(command))
        self.images.runs.append((command, skipped))
        if skipped:
            return
        box = Box(self.images.folder / "boxes" / str(next(self.images.numbers)), self.image.layers)
        await box.start()
        try:
            process = await box.run(
                argv, env=self.variables(), cwd=self.image.workdir,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT)
            async for line in process.stdout:
                self.log(line.decode(errors="replace"))
            if status := await process.wait():
                raise BuildError(f"RUN {command}: exit status {status}")
            layer = box.taken_layer(
                self.images.folder / "layers" / str(next(self.images.numbers)))
        finally:
            await box.stop()
        self.image = replace(self.image, layers=(layer, *self.image.layers))
        self.keep_stage()

    async def do_copy(self, one):
        if one.heredocs:
            raise BuildError("COPY of a heredoc is not pretended")
        *sources, target = [substituted(word, self.variables()) for word in one.words()]
        into = os.path.normpath(os.path.join(self.image.workdir, target))
        if "from" in one.flags:
            found = self.of_stage(one.flags["from"], sources)
        else:
            found = [pair for source in sources for pair in self.of_context(source)]
        existing = in_layers(self.image.layers, into)
        folder = target.endswith("/") or len(found) > 1 or (existing and existing.is_dir())
        folder = folder or any("/" in inner for inner, *_ in found) or target in (".", "/")
        layer = self.new_layer()
        for inner, path, mode in found:
            to = layer / (os.path.join(into, inner) if folder else into).lstrip("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to, follow_symlinks=False)
            if not to.is_symlink():
                to.chmod(mode)

    do_add = do_copy

    def of_context(self, source):
        """(name, file, mode) of what a source names, as Docker has it. The name of what is from a
        folder begins with `./`: then the target is a folder."""
        wanted = os.path.normpath(source).strip("/").removeprefix("./")
        if re.match(r"https?://|git@", source):
            return []
        found = []
        for name, (sha256, mode) in self.mount.items():
            inside = name.strip("/")
            path = self.images.files[sha256]
            if wanted == ".":
                found.append((f"./{inside}", path, mode))
            elif inside.startswith(wanted + "/"):
                found.append((f"./{inside[len(wanted) + 1 :]}", path, mode))
            elif inside == wanted or fnmatch.fnmatchcase(inside, wanted):
                found.append((os.path.basename(inside), path, mode))
        for file in self.definition.context_files:
            if file.filename.strip("/") == wanted:
                sha256 = hashlib.sha256(file.data).hexdigest()
                self.images.add_file(sha256, file.data)
                found.append((os.path.basename(wanted), self.images.files[sha256], 0o644))
        if not found:
            raise BuildError(f"failed to calculate checksum of {source!r}: not found")
        return found

    def of_stage(self, name, sources):
        if name not in self.stages:
            raise BuildError(f"COPY --from={name}: no such stage")
        found = []
        for source in sources:
            for layer in reversed([Path("/"), *self.stages[name].layers[::-1]]):
                path = layer / source.strip("/")
                if path.is_dir():
                    found += [(f"./{p.relative_to(path)}", p, stat.S_IMODE(p.lstat().st_mode))
                              for p in path.rglob("*") if not p.is_dir()]
                    break
                if path.exists():
                    found.append((path.name, path, stat.S_IMODE(path.stat().st_mode)))
                    break
            else:
                raise BuildError(f"COPY --from={name} {source}: not found")
        return found

