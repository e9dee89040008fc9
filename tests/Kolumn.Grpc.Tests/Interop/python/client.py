"""grpcio as the client of the interop tests: client.py <target> <scenario>

Prints what it saw as one line of JSON.
"""
import json
import sys

import grpc

from probe_messages import OPTIONS, SERVICE, ProbeReply, ProbeRequest

TARGET, SCENARIO = sys.argv[1:]


def metadata_of(doing):
    return (("do", doing), ("probe-text", "text"), ("probe-bin", b"\x00\x01\xff"))


def entries(metadata):
    pairs = list(metadata or ())
    return {
        "text": [value for key, value in pairs if key == "probe-text"],
        "bin": [value.hex() for key, value in pairs if key == "probe-bin"],
    }


def echo(channel, payload, doing, timeout=30, compression=None):
    call = channel.unary_unary(f"/{SERVICE}/Echo", ProbeRequest.SerializeToString, ProbeReply.FromString).future(
        ProbeRequest(payload=payload), metadata=metadata_of(doing), timeout=timeout, compression=compression)
    try:
        reply = call.result()
    except grpc.RpcError:
        reply = None
    return {
        "code": call.code().value[0],
        "details": call.details(),
        "reason": [value.hex() for key, value in call.trailing_metadata() or () if key == "reason-bin"],
        "same": reply is not None and reply.payload == payload,
        "length": len(reply.payload) if reply is not None else 0,
        "headers": entries(call.initial_metadata()),
        "trailers": entries(call.trailing_metadata()),
    }


def repeat(channel, doing):
    call = channel.unary_stream(f"/{SERVICE}/Repeat", ProbeRequest.SerializeToString, ProbeReply.FromString)(
        ProbeRequest(payload=b"x", count=500), metadata=metadata_of(doing), timeout=30)
    indexes = []
    if doing == "wait":
        call.initial_metadata()
        call.cancel()
    try:
        for reply in call:
            indexes.append(reply.index)
    except grpc.RpcError:
        pass
    return {"indexes": indexes, "code": call.code().value[0], "details": call.details()}


SCENARIOS = {
    "unary": lambda channel: echo(channel, b"hello", "echo"),
    "gzip": lambda channel: echo(channel, b"a" * 100000, "echo", compression=grpc.Compression.Gzip),
    "gzip-empty": lambda channel: echo(channel, b"", "echo", compression=grpc.Compression.Gzip),
    "large": lambda channel: echo(channel, b"kolumn" * (20 * 1024 * 1024 // 6), "echo"),
    "error": lambda channel: echo(channel, b"x", "fail"),
    "deadline": lambda channel: echo(channel, b"x", "wait", timeout=1.5),
    "cancel": lambda channel: repeat(channel, "wait"),
    "stream": lambda channel: repeat(channel, "echo"),
    "stream-error": lambda channel: repeat(channel, "fail"),
}

with grpc.insecure_channel(TARGET, options=OPTIONS) as the_channel:
    # A deadline is for its call: connecting must not use it up.
    grpc.channel_ready_future(the_channel).result(timeout=30)
    print(json.dumps(SCENARIOS[SCENARIO](the_channel)), flush=True)
