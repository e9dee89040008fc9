"""The probe's messages, made at run time: no generated code, no grpcio-tools."""
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_BYTES = descriptor_pb2.FieldDescriptorProto.TYPE_BYTES
_INT32 = descriptor_pb2.FieldDescriptorProto.TYPE_INT32

SERVICE = "kolumn.grpc.tests.Probe"


def _build():
    file = descriptor_pb2.FileDescriptorProto(name="probe.proto", package="kolumn.grpc.tests", syntax="proto3")
    for name, number_field in (("ProbeRequest", "count"), ("ProbeReply", "index")):
        message = file.message_type.add(name=name)
        message.field.add(name="payload", number=1, type=_BYTES, label=1)
        message.field.add(name=number_field, number=2, type=_INT32, label=1)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)

    def message_class(name):
        descriptor = pool.FindMessageTypeByName("kolumn.grpc.tests." + name)
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(pool).GetPrototype(descriptor)

    return message_class("ProbeRequest"), message_class("ProbeReply")


ProbeRequest, ProbeReply = _build()

OPTIONS = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
