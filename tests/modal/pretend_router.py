"""The command router of a sandbox's worker: commands, their output and their standard input."""

import asyncio

from grpclib import Status
from modal_proto import task_command_router_grpc
from modal_proto import task_command_router_pb2 as pb

from pretend_rpc import Service, refuse


class Router(Service):
    """The service modal.task_command_router.TaskCommandRouter, as far as it is needed."""

    base = task_command_router_grpc.TaskCommandRouterBase
    streaming = ("TaskExecStdioRead", "TaskExecStdinWriteStream")

    def __init__(self, faults, control):
        super().__init__(faults)
        self.control = control

    def authorize(self, name, metadata):
        kind, _, jwt = metadata.get("authorization", "").partition(" ")
        if kind != "Bearer" or jwt not in self.control.router_tokens:
            refuse(Status.UNAUTHENTICATED, "the token for this worker is not valid")

    def sandbox(self, task_id):
        for one in self.control.sandboxes.values():
            if one.task_id == task_id and one.result is None:
                return one
        return refuse(Status.NOT_FOUND, f"task {task_id} is not on this worker")

    def exec(self, request):
        sandbox = self.sandbox(request.task_id)
        if request.exec_id not in sandbox.execs:
            refuse(Status.NOT_FOUND, f"there is no exec {request.exec_id}")
        return sandbox, sandbox.execs[request.exec_id]

    async def TaskExecStart(self, request, metadata):
        sandbox = self.sandbox(request.task_id)
        if not request.command_args or not request.exec_id:
            refuse(Status.INVALID_ARGUMENT, "command_args and exec_id are required")
        if request.exec_id in sandbox.execs:
            return pb.TaskExecStartResponse()  # the same call once more
        env = dict(request.env)
        for source in request.secret_sources:
            env |= dict(source.env.contents)
        await sandbox.run(request.exec_id, list(request.command_args), env=env,
                          cwd=request.workdir, timeout=request.timeout_secs)
        return pb.TaskExecStartResponse()

    async def TaskExecStdioRead(self, stream):
        request = await stream.recv_message()
        sandbox, one = self.exec(request)
        # The enumeration's values are those of the client's own, not those of a file descriptor.
        error = request.file_descriptor == pb.TASK_EXEC_STDIO_FILE_DESCRIPTOR_STDERR
        async for data in one.outputs[2 if error else 1].read(request.offset):
            await stream.send_message(pb.TaskExecStdioReadResponse(data=data))
        if sandbox.result is not None:
            refuse(Status.NOT_FOUND, f"task {request.task_id} is gone")

    async def TaskExecStdinWrite(self, request, metadata):
        _, one = self.exec(request)
        try:
            await one.write(request.offset, request.data, request.eof)
        except ValueError as error:
            refuse(Status.FAILED_PRECONDITION, str(error))
        return pb.TaskExecStdinWriteResponse()

    async def TaskExecStdinWriteStream(self, stream):
        start = (await stream.recv_message()).start
        _, one = self.exec(start)
        offset = start.offset
        try:
            async for message in stream:
                if message.HasField("end"):
                    await one.write(offset, b"", True)
                    break
                await one.write(offset, message.data, False)
                offset += len(message.data)
        except ValueError as error:
            refuse(Status.FAILED_PRECONDITION, str(error))
        await stream.send_message(pb.TaskExecStdinWriteStreamResponse())

    async def TaskExecStdinStatus(self, request, metadata):
        _, one = self.exec(request)
        return pb.TaskExecStdinStatusResponse(num_bytes_written=one.written, closed=one.closed)

    async def TaskExecWait(self, request, metadata):
        sandbox, one = self.exec(request)
        await one.over.wait()
        if sandbox.result is not None:
            refuse(Status.NOT_FOUND, f"task {request.task_id} is gone")
        return pb.TaskExecWaitResponse(**one.status())

    async def TaskExecPoll(self, request, metadata):
        _, one = self.exec(request)
        await asyncio.sleep(0)
        return pb.TaskExecPollResponse(**one.status())
