#!/usr/bin/env -S uv run --script
# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The Offload authors
#
# /// script
# requires-python = ">=3.11"
# dependencies = ["modal~=1.6.4"]
# ///
"""Images and sandboxes of Modal for Offload: `uv run @modal_sandbox.py COMMAND` in offload.toml.

What a command gives goes to standard output, everything else to standard error. docs/modal.md has
the commands and their exit statuses, docs/modal-protocol.md what `serve` speaks.
"""

import argparse
import asyncio
import contextlib
import json
import os
import sys
import threading
import traceback
from pathlib import Path

from offload_modal_trouble import STATUS, Pace, Trouble

# The output for a command's result. All other text for standard output, as Modal prints while it
# builds, goes to standard error: a caller takes the last line for an image's id.
answers = None
CONTACT_LOST = 125


def parser():
    whole = argparse.ArgumentParser(prog="modal_sandbox.py", description=__doc__.split("\n")[0])
    commands = whole.add_subparsers(dest="command", required=True)

    prepare = commands.add_parser("prepare", help="build an image and print its id")
    prepare.add_argument("dockerfile", nargs="?")
    prepare.add_argument("--include-cwd", action="store_true",
                         help="put the project's files (of --context-dir, if given) into the image")
    prepare.add_argument("--include-cwd-to", default="/app", metavar="FOLDER")
    prepare.add_argument("--copy-dir", action="append", default=[], metavar="LOCAL:REMOTE")
    prepare.add_argument("--sandbox-init-cmd", metavar="COMMAND")
    prepare.add_argument("--context-dir", metavar="FOLDER")
    prepare.add_argument("--from-base-image", metavar="IMAGE")
    prepare.add_argument("--sandbox-project-root", default="/app", metavar="FOLDER")
    prepare.add_argument("--patch-file", metavar="FILE")
    prepare.add_argument("--post-patch-cmd", metavar="COMMAND")
    prepare.add_argument("--applier", metavar="FILE",
                         help="the program offload-apply-diff, if the image has no offload")
    prepare.add_argument("--build-timeout", type=float, default=3600, metavar="SECONDS")

    create = commands.add_parser("create", help="make a sandbox and print its id")
    create.add_argument("image")
    create.add_argument("--cpu", type=float)
    create.add_argument("--memory-gb", type=float)
    create.add_argument("--experimental-options", type=json.loads, metavar="JSON")
    create.add_argument("--workdir", default="/app")
    create.add_argument("--timeout", type=int, default=3600, metavar="SECONDS",
                        help="maximum lifetime of the sandbox")
    create.add_argument("--patience", type=float, default=600, metavar="SECONDS",
                        help="how long to retry while Modal has no capacity")
    create.add_argument("--env-file", metavar="FILE",
                        help="variables as a JSON object; - for standard input")
    create.add_argument("--tag", action="append", default=[], metavar="KEY=VALUE")

    run = commands.add_parser("exec", help="run shell text in a sandbox, and exit with its code")
    run.add_argument("sandbox")
    run.add_argument("shell_text", metavar="command")

    destroy = commands.add_parser("destroy", help="end a sandbox, or all of a run")
    destroy.add_argument("sandbox", help="an id, or run:NAME for all sandboxes of one `serve`")
    commands.add_parser("destroy-many", help="end the sandboxes whose ids are on standard input")

    download = commands.add_parser("download", help="copy files or folders from a sandbox")
    download.add_argument("sandbox")
    download.add_argument("paths", nargs="+", metavar="REMOTE:LOCAL")

    commands.add_parser("serve", help="serve one caller: docs/modal-protocol.md")
    return whole


def environment_in(path):
    """The variables of an --env-file."""
    if path is None:
        return {}
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text()
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise Trouble("invalid", f"--env-file {path}: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Trouble("invalid", f"--env-file {path}: expected a JSON object of strings")
    return found


async def prepare(options):
    import modal
    import offload_modal_images as images

    app = await images.find_app()
    with modal.enable_output():
        if options.from_base_image:
            image = await images.patched_image(
                app, options.from_base_image, root=options.sandbox_project_root,
                patch=options.patch_file, post_patch_cmd=options.post_patch_cmd,
                applier=options.applier, seconds=options.build_timeout)
        else:
            image = await images.full_image(
                app, dockerfile=options.dockerfile, context=options.context_dir,
                include_cwd=options.include_cwd, include_cwd_to=options.include_cwd_to,
                copy_dirs=options.copy_dir, init_cmd=options.sandbox_init_cmd,
                seconds=options.build_timeout)
    print(image, file=answers, flush=True)


async def create(options):
    import offload_modal_images as images
    import offload_modal_sandboxes as sandboxes

    tags = dict(one.partition("=")[::2] for one in options.tag)
    made = sandboxes.arguments(
        cpu=options.cpu, memory_gb=options.memory_gb, workdir=options.workdir,
        timeout=options.timeout, experimental_options=options.experimental_options, tags=tags,
        env=environment_in(options.env_file))
    sandbox = await sandboxes.create(await images.find_app(), options.image, made, Pace(),
                                     seconds=options.patience)
    print(sandbox.object_id, file=answers, flush=True)


def pass_standard_input(to, loop):
    """Hands our standard input to the command. Its own thread may block in a read for ever."""

    def copy():
        while True:
            try:
                data = os.read(0, 65536)
            except OSError:
                data = b""
            written = asyncio.run_coroutine_threadsafe(to.write(data, eof=not data), loop)
            with contextlib.suppress(Exception):
                if not data or not written.result():
                    return

    threading.Thread(target=copy, daemon=True).start()


async def execute(options):
    import offload_modal_sandboxes as sandboxes

    descriptors = {"stdout": answers.fileno(), "stderr": 2}

    async def take(name, chunk):
        try:
            # In a thread: a reader that is slow must not keep standard input from the command.
            while chunk:
                chunk = chunk[await asyncio.to_thread(os.write, descriptors[name], chunk) :]
        except OSError as error:
            raise Trouble("failed", f"cannot pass output on: {error}") from error

    sandbox = await sandboxes.find(options.sandbox)
    running = await sandboxes.start(sandbox, command=options.shell_text)
    pass_standard_input(running, asyncio.get_running_loop())
    return await running.finish(take)


def status_of(left):
    """Names the sandboxes that could not be ended; gives the exit status."""
    for _, trouble in left:
        print(f"error: {trouble}", file=sys.stderr)
    return 1 if left else 0


async def destroy(options):
    import offload_modal_images as images
    import offload_modal_sandboxes as sandboxes

    kind, _, name = options.sandbox.partition(":")
    if kind == "run":
        return status_of(await sandboxes.destroy_run(await images.find_app(), name))
    return await sandboxes.destroy(options.sandbox, Pace())


async def destroy_many(_options):
    import offload_modal_sandboxes as sandboxes

    return status_of(await sandboxes.destroy_many(dict.fromkeys(sys.stdin.read().split())))


async def download(options):
    import offload_modal_sandboxes as sandboxes

    pairs = [one.partition(":") for one in options.paths]
    for one, (remote, colon, local) in zip(options.paths, pairs):
        if not (remote and colon and local):
            raise Trouble("invalid", f"cannot copy {one!r}", "write REMOTE:LOCAL")
    sandbox = await sandboxes.find(options.sandbox)
    room = asyncio.Semaphore(8)

    async def one(remote, local):
        async with room:
            await sandboxes.download(sandbox, remote, local)

    done = await asyncio.gather(*(one(remote, local) for remote, _, local in pairs),
                                return_exceptions=True)
    for failed in filter(None, done):
        raise failed


async def serve(_options):
    import offload_modal_serve

    return await offload_modal_serve.serve(answers)


COMMANDS = {"prepare": prepare, "create": create, "exec": execute, "destroy": destroy,
            "destroy-many": destroy_many, "download": download, "serve": serve}


async def run(options):
    """Does a command, and ends the process: nothing that is still under way is waited for, be it a
    call to Modal that is stuck, or the thread that reads our standard input."""
    try:
        status = await COMMANDS[options.command](options) or 0
    except Trouble as trouble:
        print(*trouble.lines(), sep="\n", file=sys.stderr)
        status = CONTACT_LOST if options.command == "exec" else STATUS[trouble.kind]
    except ModuleNotFoundError as error:
        print(f"error: {error}\nhint: run it with `uv run`, which installs its packages, or "
              "install `modal` for this Python", file=sys.stderr)
        status = STATUS["failed"]
    except Exception:
        traceback.print_exc()
        status = CONTACT_LOST if options.command == "exec" else STATUS["failed"]
    sys.stderr.flush()
    os._exit(status)


def main():
    global answers
    options = parser().parse_args()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        asyncio.run(run(options))
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
