# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
"""Building images: from a Dockerfile, the project's files and commands; or on top of another."""

import asyncio
import os
import shlex
import tempfile
import urllib.parse
from pathlib import Path

import modal
from offload_modal_dockerfile import layers
from offload_modal_trouble import Trouble, trouble_of, within

APP = "offload-sandbox"
PATCH = "/tmp/offload.patch"
APPLIER = "/tmp/offload-apply-diff"
LONGEST_LOOKUP = 60
PROXIES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


async def _no_connection():
    """Ends, with the reason, when Modal's address does not take connections. Modal's client tries
    for most of a minute before it says so."""
    server = urllib.parse.urlsplit(modal.config.config["server_url"])
    for pause in (1, 2, 4, 0):
        try:
            opening = asyncio.open_connection(server.hostname, server.port or 443)
            _, writer = await asyncio.wait_for(opening, 10)
            writer.close()
            await asyncio.Event().wait()
        except OSError as error:
            reason = error
        await asyncio.sleep(pause)
    return f"cannot connect to {server.hostname}: {reason}"


async def in_reach(first):
    """The result of the first call to Modal, or soon a Trouble if Modal cannot be reached."""
    call, failing = asyncio.ensure_future(first), asyncio.ensure_future(_no_connection())
    try:
        watched = {call} if any(os.environ.get(name) for name in PROXIES) else {call, failing}
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        if not call.done():
            raise Trouble("unreachable", failing.result(), again=True)
        return call.result()
    finally:
        call.cancel()
        failing.cancel()


async def find_app():
    """The app that images and sandboxes belong to. The first call to Modal: it tells at once
    whether Modal is in reach and lets us in."""
    doing = "looking up the app at Modal"
    try:
        found = modal.App.lookup.aio(APP, create_if_missing=True)
        return await in_reach(within(LONGEST_LOOKUP, doing, found))
    except Exception as error:
        raise trouble_of(error, doing) from error


def ignored(context, dockerfile=None):
    """The patterns of .dockerignore: the Dockerfile's own, or that of the context."""
    places = [context / ".dockerignore"]
    if dockerfile is not None:
        places.insert(0, dockerfile.with_name(dockerfile.name + ".dockerignore"))
    for place in places:
        if place.is_file():
            lines = place.read_text(errors="surrogateescape").splitlines()
            return modal.FilePatternMatcher(*(one for one in lines if not one.startswith("#")))
    return modal.FilePatternMatcher()


def links_below(folder, ignore):
    """Shell commands for what an upload of files leaves out: symbolic links and empty folders."""
    made = []
    for root, folders, files in os.walk(folder):
        inner = Path(root).relative_to(folder)
        keep = [name for name in folders if not os.path.islink(os.path.join(root, name))]
        for name in sorted(folders + files):
            path = os.path.join(root, name)
            if os.path.islink(path) and not ignore(inner / name):
                parent = shlex.quote(f"./{inner}")
                at = shlex.quote(f"./{inner / name}")
                made.append(f"mkdir -p {parent} && ln -sfn {shlex.quote(os.readlink(path))} {at}")
        if not folders and not files and not ignore(inner):
            made.append(f"mkdir -p {shlex.quote(f'./{inner}')}")
        folders[:] = keep
    return made


class Recipe:
    """An image in the making, and the files that it needs until it is built."""

    def __init__(self, image=None):
        self.image = image
        self._files = tempfile.TemporaryDirectory(prefix="offload-image-")
        self._count = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._files.cleanup()

    def _file(self, text):
        self._count += 1
        path = Path(self._files.name, str(self._count))
        path.write_text(text, errors="surrogateescape")
        return path

    def from_dockerfile(self, dockerfile, context):
        path = context / dockerfile
        path = path if path.is_file() else Path(dockerfile).absolute()
        if not path.is_file():
            raise Trouble("invalid", f"there is no Dockerfile {dockerfile}",
                          f"Offload looks for it in {context} and in {Path.cwd()}")
        ignore = ignored(context, path)
        text = path.read_text()
        groups = layers(text)
        if groups is None:
            self.image = modal.Image.from_dockerfile(path, context_dir=context, ignore=ignore)
            return
        first = self._file("\n".join(groups[0]) + "\n")
        self.image = modal.Image.from_dockerfile(first, context_dir=context, ignore=ignore)
        for group in groups[1:]:
            self.image = self.image.dockerfile_commands(group, context_dir=context, ignore=ignore)

    def add_folder(self, local, remote, ignore):
        self.image = self.image.add_local_dir(local, remote, copy=True, ignore=ignore)
        if links := links_below(local, ignore):
            self.run("\n".join([f"set -e; cd {shlex.quote(remote)}", *links]))

    def add(self, local, remote):
        path = Path(local)
        if path.is_dir():
            self.add_folder(path.absolute(), remote, modal.FilePatternMatcher())
        elif path.is_file():
            self.image = self.image.add_local_file(path.absolute(), remote, copy=True)
        else:
            raise Trouble("invalid", f"there is no {local} to copy to {remote}")

    def run(self, command):
        """Runs shell text in a layer. It goes by a file when a line of a Dockerfile is too narrow."""
        if "\n" not in command.strip() and len(command) < 4000:
            self.image = self.image.run_commands(command.strip())
            return
        self._count += 1
        remote = f"/tmp/offload-{self._count}.sh"
        local = self._file(command + "\n")
        self.image = self.image.add_local_file(local, remote, copy=True)
        self.image = self.image.run_commands(f"sh {remote} && rm -f {remote}")

    async def build(self, app, seconds):
        """Builds what is not there yet, and gives the image's id."""
        try:
            await within(seconds, "building the image", self.image.build.aio(app))
        except Exception as error:
            raise trouble_of(error, "building the image") from error
        return self.image.object_id


async def image_of(app, image_id):
    """An image by its id; a Trouble `image-gone` when Modal has it no more."""
    doing = f"asking for image {image_id}"
    image = modal.Image.from_id(image_id)
    try:
        await within(LONGEST_LOOKUP, doing, image.build.aio(app))
    except modal.exception.NotFoundError as error:
        raise Trouble("image-gone", f"image {image_id} no longer exists") from error
    except Exception as error:
        raise trouble_of(error, doing) from error
    return image


def describe(recipe, *, dockerfile=None, context=None, include_cwd=False, include_cwd_to="/app",
             copy_dirs=(), init_cmd=None):
    """The image of a project: its Dockerfile, its files, its folders, its command, in this order."""
    context = Path(context or ".").absolute()
    if dockerfile:
        recipe.from_dockerfile(dockerfile, context)
    else:
        recipe.image = modal.Image.debian_slim(python_version="3.11").pip_install("pytest")
    if include_cwd:
        recipe.add_folder(context, include_cwd_to, ignored(context))
    for pair in copy_dirs:
        local, colon, remote = pair.partition(":")
        if not colon or not remote.startswith("/"):
            raise Trouble("invalid", f"cannot copy {pair!r}", "write LOCAL:/REMOTE")
        recipe.add(local, remote)
    if init_cmd:
        recipe.run(init_cmd)


async def full_image(app, *, seconds=3600, **what):
    """Builds the image that `describe` has with these arguments; gives its id."""
    with Recipe() as recipe:
        # In a thread: all files of a large project are looked at, and others are served meanwhile.
        await asyncio.to_thread(describe, recipe, **what)
        return await recipe.build(app, seconds)


async def patched_image(app, base, *, root, patch=None, post_patch_cmd=None, applier=None,
                        seconds=3600):
    """The image `base` with a patch applied below `root` and a command run there after it."""
    with Recipe(await image_of(app, base)) as recipe:
        script = [f"set -e; cd {shlex.quote(root)}"]
        if patch:
            recipe.add(patch, PATCH)
            program = "offload apply-diff"
            if applier:
                recipe.add(applier, APPLIER)
                program = APPLIER
                script.append(f"chmod +x {APPLIER}")
            script.append(f"{program} {PATCH} --project-root {shlex.quote(root)}")
            script.append(f"export OFFLOAD_PATCH_FILE={PATCH}")
        if post_patch_cmd:
            script.append(f"(\n{post_patch_cmd}\n)")
        if len(script) == 1:
            return base
        if patch:
            script.append(f"rm -f {PATCH} {APPLIER}")
        recipe.run("\n".join(script))
        return await recipe.build(app, seconds)
