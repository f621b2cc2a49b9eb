# SPDX-License-Identifier: MIT
"""The server of these tests refuses what Modal refuses: else they would prove nothing."""

import asyncio
import hashlib
from urllib.parse import urlsplit

import pytest
from grpclib import GRPCError, Status
from grpclib.client import Channel
from modal_proto import api_grpc, api_pb2, task_command_router_grpc
from modal_proto import task_command_router_pb2 as router_pb2


class Caller:
    """Calls the server's two services as they are, without Modal's client."""

    def __init__(self, modal):
        self.modal = modal
        self.known = {"x-modal-token-id": modal.about["token_id"],
                      "x-modal-token-secret": modal.about["token_secret"]}

    def call(self, name, request, metadata=None, *, stub=api_grpc.ModalClientStub):
        async def ask():
            place = urlsplit(self.modal.about["url"])
            async with Channel(place.hostname, place.port) as channel:
                return await getattr(stub(channel), name)(request, metadata=metadata or self.known)

        return asyncio.run(ask())

    def with_token(self):
        token = self.call("AuthTokenGet", api_pb2.AuthTokenGetRequest()).token
        return {**self.known, "x-modal-auth-token": token}

    def route(self, name, request, jwt):
        return self.call(name, request, {"authorization": f"Bearer {jwt}"},
                         stub=task_command_router_grpc.TaskCommandRouterStub)


@pytest.fixture
def caller(modal):
    return Caller(modal)


def refused(status):
    class Refused:
        def __enter__(self):
            self.context = pytest.raises(GRPCError)
            self.info = self.context.__enter__()

        def __exit__(self, *error):
            done = self.context.__exit__(*error)
            assert self.info.value.status == status, self.info.value
            return done

    return Refused()


@pytest.fixture
def app(caller):
    request = api_pb2.AppGetOrCreateRequest(
        app_name="a", object_creation_type=api_pb2.OBJECT_CREATION_TYPE_CREATE_IF_MISSING)
    return caller.call("AppGetOrCreate", request).app_id


@pytest.fixture
def image(script):
    return script.image()


def wanted(app, image, **more):
    definition = api_pb2.Sandbox(**{"image_id": image, "timeout_secs": 60,
                                    "entrypoint_args": ["sleep", "100"], **more})
    return api_pb2.SandboxCreateV2Request(app_id=app, definition=definition)


def test_wrong_tokens(caller, app, image):
    with refused(Status.UNAUTHENTICATED):
        caller.call("AuthTokenGet", api_pb2.AuthTokenGetRequest(), {"x-modal-token-id": "ak-1"})
    with refused(Status.UNAUTHENTICATED):
        caller.call("SandboxCreateV2", wanted(app, image))
    with refused(Status.UNAUTHENTICATED):
        caller.route("TaskExecStart", router_pb2.TaskExecStartRequest(task_id="ta-1"), "forged")


def test_unknown_ids_and_missing_fields(caller, app, image):
    for request, status in [
            (wanted("ap-none", image), Status.NOT_FOUND),
            (wanted(app, "im-none"), Status.NOT_FOUND),
            (wanted(app, ""), Status.NOT_FOUND),
            (wanted(app, image, timeout_secs=0), Status.INVALID_ARGUMENT),
            (wanted(app, image, timeout_secs=10**6), Status.INVALID_ARGUMENT)]:
        with refused(status):
            caller.call("SandboxCreateV2", request, caller.with_token())
    with refused(Status.NOT_FOUND):
        caller.call("SandboxTerminateV2", api_pb2.SandboxTerminateRequest(sandbox_id="sb-none"),
                    caller.with_token())


def test_files_with_a_wrong_checksum_and_mounts_of_files_that_are_not_there(caller):
    wrong = hashlib.sha256(b"other").hexdigest()
    with refused(Status.INVALID_ARGUMENT):
        caller.call("MountPutFile", api_pb2.MountPutFileRequest(sha256_hex=wrong, data=b"this"))
    with refused(Status.FAILED_PRECONDITION):
        file = api_pb2.MountFile(filename="/x", sha256_hex=wrong)
        caller.call("MountGetOrCreate", api_pb2.MountGetOrCreateRequest(files=[file]))


def test_messages_that_are_too_large(caller):
    with refused(Status.RESOURCE_EXHAUSTED):
        caller.call("MountPutFile", api_pb2.MountPutFileRequest(data=bytes(101 * 2**20)))


def test_calls_that_are_not_pretended(caller):
    with refused(Status.UNIMPLEMENTED):
        caller.call("VolumeGetOrCreate", api_pb2.VolumeGetOrCreateRequest())


def test_commands_in_a_sandbox_that_has_ended(caller, app, image):
    made = caller.call("SandboxCreateV2", wanted(app, image), caller.with_token())
    jwt = made.command_router_access.jwt
    start = router_pb2.TaskExecStartRequest(task_id=made.task_id, exec_id="1",
                                            command_args=["true"])
    caller.route("TaskExecStart", start, jwt)
    with refused(Status.NOT_FOUND):
        caller.route("TaskExecWait", router_pb2.TaskExecWaitRequest(
            task_id=made.task_id, exec_id="2"), jwt)
    with refused(Status.INVALID_ARGUMENT):
        caller.route("TaskExecStart", router_pb2.TaskExecStartRequest(
            task_id=made.task_id, exec_id="3"), jwt)

    caller.call("SandboxTerminateV2", api_pb2.SandboxTerminateRequest(
        sandbox_id=made.sandbox_id), caller.with_token())

    with refused(Status.NOT_FOUND):
        caller.route("TaskExecStart", start, jwt)
    with refused(Status.FAILED_PRECONDITION):
        caller.call("SandboxGetCommandRouterAccess", api_pb2.SandboxGetCommandRouterAccessRequest(
            sandbox_id=made.sandbox_id), caller.known)
