"""A server on loopback that speaks Modal's own protocol, for tests of Offload's Modal script.

usage: python pretend_modal.py [--latency SECONDS] [--folder FOLDER] [--plain]

It prints one JSON line: the address for MODAL_SERVER_URL, and one of its own for faults, questions
and uploads. A sandbox is a box of processes on this machine (see pretend_boxes.py); when the server
ends, nothing of it is left. It refuses what Modal refuses: unknown ids, wrong tokens, missing
fields, commands in a sandbox that has ended, messages that are too large.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

from aiohttp import web
from grpclib.server import Server

from pretend_boxes import Box, PlainBox, unshare
from pretend_control import TOKEN_ID, TOKEN_SECRET, Control
from pretend_images import Images
from pretend_router import Router
from pretend_rpc import Faults
from pretend_sandboxes import STATUS


def of_the_host():
    """The environment of each image: what a project's image would have installed is the host's."""
    kept = ("PATH", "VIRTUAL_ENV", "LANG", "UV_OFFLINE", "UV_PYTHON_DOWNLOADS")
    return {"HOME": "/root", **{name: os.environ[name] for name in kept if name in os.environ}}


def pages(control):
    """What a test asks for and looks at, and where large files are uploaded to."""
    routes = web.RouteTableDef()
    faults = control.faults

    @routes.post("/faults")
    async def set_fault(request):
        faults.add(await request.json())
        return web.json_response({})

    @routes.post("/reset")
    async def reset(request):
        """Forgets all but the images, for the next test."""
        faults.rules.clear()
        faults.calls.clear()
        faults.most_at_once.clear()
        control.images.runs.clear()
        for sandbox in list(control.sandboxes.values()):
            await sandbox.end(STATUS.GENERIC_STATUS_TERMINATED)
        control.sandboxes.clear()
        return web.json_response({})

    @routes.post("/expire/{image}")
    async def expire(request):
        control.images.gone.add(request.match_info["image"])
        return web.json_response({})

    @routes.post("/preempt/{sandbox}")
    async def preempt(request):
        sandbox = control.sandbox(request.match_info["sandbox"])
        await sandbox.end(STATUS.GENERIC_STATUS_TERMINATED, reason="the worker was preempted")
        return web.json_response({})

    @routes.get("/state")
    async def state(request):
        def about(one):
            return {"alive": one.result is None, "image": one.definition.image_id,
                    "tags": {tag.tag_name: tag.tag_value for tag in one.request.tags},
                    "cpu": one.definition.resources.milli_cpu,
                    "memory": one.definition.resources.memory_mb, "up": one.up,
                    "timeout": one.definition.timeout_secs, "workdir": one.definition.workdir,
                    "options": dict(one.definition.experimental_options_v2)}

        images = control.images
        return web.json_response({
            "sandboxes": {one.id: about(one) for one in control.sandboxes.values()},
            "images": {one: list(image.recipe) for one, image in images.known.items()},
            "runs": images.runs, "calls": faults.calls, "most_at_once": faults.most_at_once,
            "apps": control.apps})

    @routes.put("/blobs/{blob}")
    async def upload(request):
        content = await request.read()
        sha256 = hashlib.sha256(content).hexdigest()
        if control.blobs.get(request.match_info["blob"]) != sha256:
            return web.Response(status=400, text="the checksum is wrong")
        control.images.add_file(sha256, content)
        return web.Response(headers={"ETag": f'"{hashlib.md5(content).hexdigest()}"'})

    return routes


async def serve(options):
    folder = Path(options.folder)
    faults = Faults()
    faults.latency = options.latency
    app = web.Application(client_max_size=2**30)
    control = Control(faults, Images(folder, of_the_host()), "",
                      PlainBox if options.plain else Box)
    app.add_routes(pages(control))
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    control.address = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    server = Server([control, Router(faults, control)])
    await server.start("127.0.0.1", 0)
    control.router = f"http://127.0.0.1:{server._server.sockets[0].getsockname()[1]}"
    print(json.dumps({"url": control.router, "pages": control.address, "token_id": TOKEN_ID,
                      "token_secret": TOKEN_SECRET}), flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    for sandbox in control.sandboxes.values():
        await sandbox.end(STATUS.GENERIC_STATUS_TERMINATED)
    os._exit(0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--folder", help="an empty folder to work in")
    parser.add_argument("--plain", action="store_true",
                        help="commands of sandboxes are processes like any other: for benchmarks")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        # In a mount namespace: the folder is a file system in memory that nobody else sees.
        asyncio.run(serve(arguments))
        return
    folder = arguments.folder or tempfile.mkdtemp(prefix="pretend-modal-")
    script = 'mount -t tmpfs tmpfs "$1" && exec "$2" "$3" --inside --folder "$1" --latency "$4" $5'
    # `exec` all the way: signals to this process reach the server itself.
    os.execvp("unshare", [*unshare(), "sh", "-c", script, "sh", folder, sys.executable, __file__,
                          str(arguments.latency), "--plain" if arguments.plain else ""])


if __name__ == "__main__":
    main()
