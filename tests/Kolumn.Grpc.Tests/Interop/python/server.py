"""grpcio as the server of the interop tests: server.py <host:0 | unix:path>

Prints "listening <port>" and serves until its standard input closes.
"""
import sys
from concurrent import futures

import grpc

from probe_messages import OPTIONS, SERVICE, ProbeReply, ProbeRequest


def metadata_of(context):
    return dict(context.invocation_metadata())


def reflect(context):
    return [(key, value) for key, value in context.invocation_metadata() if key in ("probe-text", "probe-bin")]


def echo(request, context):
    doing = metadata_of(context).get("do", "echo")
    if doing == "fail":
        context.set_trailing_metadata([("reason-bin", b"\x00\xff")])
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, "größe: 100 % \U0001F600")
    if doing == "wait":
        ended = futures.Future()
        context.add_callback(lambda: ended.set_result(None))
        ended.result(timeout=60)
        print("cancelled", flush=True)
        return ProbeReply()
    context.send_initial_metadata(reflect(context))
    context.set_trailing_metadata(reflect(context))
    return ProbeReply(payload=request.payload, index=7)


def repeat(request, context):
    for index in range(request.count):
        yield ProbeReply(payload=request.payload, index=index)
    if metadata_of(context).get("do") == "fail":
        context.abort(grpc.StatusCode.DATA_LOSS, "größe")


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=OPTIONS, compression=grpc.Compression.Gzip)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(SERVICE, {
        "Echo": grpc.unary_unary_rpc_method_handler(echo, ProbeRequest.FromString, ProbeReply.SerializeToString),
        "Repeat": grpc.unary_stream_rpc_method_handler(repeat, ProbeRequest.FromString, ProbeReply.SerializeToString),
    }),))
    port = server.add_insecure_port(sys.argv[1])
    server.start()
    print(f"listening {port}", flush=True)
    sys.stdin.read()
    server.stop(0)


main()
