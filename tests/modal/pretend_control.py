"""The control plane: what the client asks Modal's own servers for."""

import asyncio
import base64
import time

from google.protobuf import empty_pb2
from grpclib import Status
from modal_proto import api_grpc, api_pb2

from pretend_images import BuildError
from pretend_rpc import Service, refuse, token
from pretend_sandboxes import STATUS, Sandbox

TOKEN_ID = "ak-pretended"
TOKEN_SECRET = "as-pretended"
# Large enough for tests, small enough to notice a leak.
MOST_SANDBOXES = 200


class Control(Service):
    """The service modal.client.ModalClient, as far as Offload's script needs it."""

    base = api_grpc.ModalClientBase
    streaming = ("ImageJoinStreaming",)
    # When the client hangs up, the sandbox is made all the same, as it is at Modal.
    unstoppable = ("SandboxCreateV2",)

    def __init__(self, faults, images, address, box):
        super().__init__(faults)
        self.box = box
        self.images = images
        self.address = address
        self.apps = {}
        self.blobs = {}
        self.builds = {}  # image id -> (log lines, result or None, changed)
        self.sandboxes = {}
        self.tokens = set()
        self.router_tokens = {}

    def authorize(self, name, metadata):
        given = metadata.get("x-modal-token-id"), metadata.get("x-modal-token-secret")
        if given != (TOKEN_ID, TOKEN_SECRET):
            refuse(Status.UNAUTHENTICATED, "Token ID is malformed or the token is not valid")
        if name.endswith("V2") and metadata.get("x-modal-auth-token") not in self.tokens:
            refuse(Status.UNAUTHENTICATED, "the auth token is missing or not valid")

    async def ClientHello(self, request, metadata):
        return api_pb2.ClientHelloResponse()

    async def AuthTokenGet(self, request, metadata):
        self.tokens.add(made := token())
        return api_pb2.AuthTokenGetResponse(token=made)

    async def EnvironmentGetOrCreate(self, request, metadata):
        settings = api_pb2.EnvironmentSettings(image_builder_version="2025.06")
        return api_pb2.EnvironmentGetOrCreateResponse(
            environment_id="en-0000000000000000000001",
            metadata=api_pb2.EnvironmentMetadata(name="main", settings=settings))

    async def AppGetOrCreate(self, request, metadata):
        if not request.app_name:
            refuse(Status.INVALID_ARGUMENT, "the app needs a name")
        if request.app_name not in self.apps:
            if request.object_creation_type != api_pb2.OBJECT_CREATION_TYPE_CREATE_IF_MISSING:
                refuse(Status.NOT_FOUND, f"App '{request.app_name}' not found")
            self.apps[request.app_name] = self.images.new_id("ap")
        return api_pb2.AppGetOrCreateResponse(app_id=self.apps[request.app_name])

    def check_app(self, app_id):
        if app_id not in self.apps.values():
            refuse(Status.NOT_FOUND, f"App {app_id!r} not found")

    async def BlobCreate(self, request, metadata):
        blob = self.images.new_id("bl")
        self.blobs[blob] = base64.b64decode(request.content_sha256_base64).hex()
        return api_pb2.BlobCreateResponse(
            blob_id=blob, blob_ids=[blob], upload_url=f"{self.address}/blobs/{blob}",
            upload_urls=api_pb2.UploadUrlList(items=[f"{self.address}/blobs/{blob}"]))

    async def MountBatchedCheckExistence(self, request, metadata):
        missing = [one for one in request.sha256_hex_hashes if one not in self.images.files]
        return api_pb2.MountBatchedCheckExistenceResponse(missing_sha256_hex_hashes=missing)

    async def MountPutFile(self, request, metadata):
        if request.data_blob_id:
            if self.blobs.get(request.data_blob_id) not in self.images.files:
                refuse(Status.NOT_FOUND, f"blob {request.data_blob_id} was not uploaded")
        else:
            try:
                self.images.add_file(request.sha256_hex, request.data)
            except ValueError as error:
                refuse(Status.INVALID_ARGUMENT, str(error))
        return api_pb2.MountPutFileResponse(exists=True)

    async def MountGetOrCreate(self, request, metadata):
        if request.deployment_name:
            refuse(Status.NOT_FOUND, f"Mount '{request.deployment_name}' not found")
        mount = {}
        for file in request.files:
            if file.sha256_hex not in self.images.files:
                refuse(Status.FAILED_PRECONDITION, f"{file.filename} was not uploaded")
            mount[file.filename] = (file.sha256_hex, file.mode & 0o7777 or 0o644)
        mount_id = self.images.new_id("mo")
        self.images.mounts[mount_id] = mount
        return api_pb2.MountGetOrCreateResponse(mount_id=mount_id)

    async def ImageGetOrCreate(self, request, metadata):
        self.check_app(request.app_id)
        definition = request.image
        for base in definition.base_images:
            self.check_image(base.image_id)
        if definition.context_mount_id and definition.context_mount_id not in self.images.mounts:
            refuse(Status.NOT_FOUND, f"Mount {definition.context_mount_id} not found")
        key = self.images.definition_key(definition)
        made = self.images.by_definition.get(key)
        if made and made not in self.images.gone and not request.force_build:
            success = STATUS(status=STATUS.GENERIC_STATUS_SUCCESS)
            return api_pb2.ImageGetOrCreateResponse(image_id=made, result=success)
        build_id = self.images.new_id("im")
        self.builds[build_id] = ([], None)
        asyncio.create_task(self.build(build_id, key, definition))
        return api_pb2.ImageGetOrCreateResponse(image_id=build_id)

    async def build(self, build_id, key, definition):
        log, _ = self.builds[build_id]
        try:
            image = await self.images.build(definition, log.append)
            self.images.known[build_id] = self.images.known.pop(image.id)
            self.images.by_definition[key] = build_id
            result = STATUS(status=STATUS.GENERIC_STATUS_SUCCESS)
        except BuildError as error:
            log.append(f"{error}\n")
            result = STATUS(status=STATUS.GENERIC_STATUS_FAILURE, exception=str(error))
        except Exception as error:
            result = STATUS(status=STATUS.GENERIC_STATUS_FAILURE, exception=f"bug: {error!r}")
        self.builds[build_id] = (log, result)

    async def ImageJoinStreaming(self, stream):
        request = await stream.recv_message()
        if request.image_id not in self.builds:
            refuse(Status.NOT_FOUND, f"Image {request.image_id!r} not found")
        at = int(request.last_entry_id or 0)
        until = time.monotonic() + request.timeout
        while time.monotonic() < until:
            log, result = self.builds[request.image_id]
            if at < len(log):
                logs = [api_pb2.TaskLogs(data=text, file_descriptor=1) for text in log[at:]]
                at = len(log)
                await stream.send_message(
                    api_pb2.ImageJoinStreamingResponse(task_logs=logs, entry_id=str(at)))
            elif result is not None:
                await stream.send_message(
                    api_pb2.ImageJoinStreamingResponse(result=result, eof=True))
                return
            else:
                await asyncio.sleep(0.01)

    def check_image(self, image_id):
        if image_id in self.images.gone or image_id not in self.images.known:
            refuse(Status.NOT_FOUND, f"Image with ID {image_id} not found")

    async def ImageFromId(self, request, metadata):
        self.check_image(request.image_id)
        return api_pb2.ImageFromIdResponse(image_id=request.image_id)

    async def SandboxCreateV2(self, request, metadata):
        self.check_app(request.app_id)
        definition = request.definition
        self.check_image(definition.image_id)
        if not 0 < definition.timeout_secs <= 24 * 3600:
            refuse(Status.INVALID_ARGUMENT, "timeout_secs is between 1 second and 24 hours")
        if definition.resources.milli_cpu > 64_000 or definition.resources.memory_mb > 344_064:
            refuse(Status.INVALID_ARGUMENT, "more cores or memory than any worker has")
        if sum(one.result is None for one in self.sandboxes.values()) >= MOST_SANDBOXES:
            refuse(Status.RESOURCE_EXHAUSTED, "the workspace's limit of sandboxes is reached")
        sandbox_id = self.images.new_id("sb") + "V"
        task_id = self.images.new_id("ta") + "V"
        sandbox = Sandbox(self.images.folder / "s" / sandbox_id,
                          self.images.known[definition.image_id], request,
                          ids=(sandbox_id, task_id), box=self.box)
        self.sandboxes[sandbox_id] = sandbox
        await sandbox.start()
        return api_pb2.SandboxCreateV2Response(
            sandbox_id=sandbox_id, task_id=task_id, command_router_access=self.access(task_id),
            metadata=api_pb2.SandboxHandleMetadata(app_id=request.app_id))

    def access(self, task_id):
        self.router_tokens[made := token()] = task_id
        return api_pb2.CommandRouterAccess(url=self.router, jwt=made)

    def sandbox(self, sandbox_id):
        if sandbox_id not in self.sandboxes:
            refuse(Status.NOT_FOUND, f"Sandbox with ID {sandbox_id} not found")
        return self.sandboxes[sandbox_id]

    async def SandboxGetTaskIdV2(self, request, metadata):
        sandbox = self.sandbox(request.sandbox_id)
        if sandbox.result is not None:
            return api_pb2.SandboxGetTaskIdResponse(task_result=sandbox.result)
        return api_pb2.SandboxGetTaskIdResponse(task_id=sandbox.task_id)

    async def SandboxGetCommandRouterAccess(self, request, metadata):
        sandbox = self.sandbox(request.sandbox_id)
        if sandbox.result is not None:
            refuse(Status.FAILED_PRECONDITION, f"Sandbox {sandbox.id} has already shut down")
        access = self.access(sandbox.task_id)
        return api_pb2.SandboxGetCommandRouterAccessResponse(jwt=access.jwt, url=access.url)

    async def SandboxWaitV2(self, request, metadata):
        sandbox = self.sandbox(request.sandbox_id)
        try:
            await asyncio.wait_for(sandbox.over.wait(), request.timeout)
        except asyncio.TimeoutError:
            pass
        about = api_pb2.SandboxHandleMetadata(app_id=sandbox.request.app_id)
        return api_pb2.SandboxWaitResponse(result=sandbox.result, metadata=about)

    async def SandboxTerminateV2(self, request, metadata):
        sandbox = self.sandbox(request.sandbox_id)
        before = sandbox.result
        await sandbox.end(STATUS.GENERIC_STATUS_TERMINATED)
        return api_pb2.SandboxTerminateResponse(existing_result=before)

    async def SandboxListV2(self, request, metadata):
        wanted = {(tag.tag_name, tag.tag_value) for tag in request.tags}
        found = []
        for one in self.sandboxes.values():
            tags = {(tag.tag_name, tag.tag_value) for tag in one.request.tags}
            alive = one.result is None or request.include_finished
            before = request.before_timestamp or time.time() + 1
            if alive and wanted <= tags and one.created < before:
                found.append(api_pb2.SandboxInfo(
                    id=one.id, created_at=one.created, app_id=one.request.app_id,
                    tags=one.request.tags, image_id=one.definition.image_id))
        found.sort(key=lambda one: one.created_at, reverse=True)
        return api_pb2.SandboxListResponse(sandboxes=found)

    async def AppClientDisconnect(self, request, metadata):
        return empty_pb2.Empty()
