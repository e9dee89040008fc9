using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

/// <summary>Both writers of frames, byte by byte, for each way a serializer may hand over its message.</summary>
public sealed class MessageWriterTests
{
    private static readonly byte[] Payload = [1, 2, 3];

    public static TheoryData<string, Action<byte[], SerializationContext>> Serializers => new()
    {
        { "array", (bytes, context) => context.Complete(bytes) },
        {
            "buffer", (bytes, context) =>
            {
                context.GetBufferWriter().Write(bytes);
                context.Complete();
            }
        },
        {
            "declared length", (bytes, context) =>
            {
                context.SetPayloadLength(bytes.Length);
                context.GetBufferWriter().Write(bytes);
                context.Complete();
            }
        },
    };

    [Theory, MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public void Request_AnySerializer_IsOneFrame(string name, Action<byte[], SerializationContext> serializer)
    {
        name.ShouldNotBeEmpty();
        using var frame = RequestMessageWriter.Write(Payload, Marshaller(serializer), null, compress: false);

        Convert.ToHexString(frame.Span).ShouldBe("0000000003010203");
    }

    [Theory, MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public async Task Response_AnySerializer_IsOneFrame(string name, Action<byte[], SerializationContext> serializer)
    {
        name.ShouldNotBeEmpty();
        (await WriteResponseAsync(serializer, compress: false)).ShouldBe("0000000003010203");
    }

    [Theory, MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public async Task Compressed_AnySerializer_IsOneGzipFrame(string name, Action<byte[], SerializationContext> serializer)
    {
        name.ShouldNotBeEmpty();
        using var request = RequestMessageWriter.Write(Payload, Marshaller(serializer), null, compress: true);
        var response = Convert.FromHexString(await WriteResponseAsync(serializer, compress: true));

        foreach (var frame in new[] { request.Span.ToArray(), response })
        {
            FrameHeader.Read(frame, null).ShouldBe(new FrameHeader(true, frame.Length - FrameHeader.Size));
            using var inflated = GzipMessage.Inflate(new ReadOnlySequence<byte>(frame.AsMemory(FrameHeader.Size)), null);
            inflated.Span.ToArray().ShouldBe(Payload);
        }
    }

    [Fact]
    public async Task Compressed_EmptyMessage_IsSentPlain()
    {
        using var request = RequestMessageWriter.Write([], Marshaller((bytes, context) => context.Complete(bytes)), null, compress: true);

        Convert.ToHexString(request.Span).ShouldBe("0000000000");
        (await WriteResponseAsync((_, context) => context.Complete(), compress: true)).ShouldBe("0000000000");
        (await WriteResponseAsync((_, context) => context.Complete(), compress: false)).ShouldBe("0000000000");
    }

    [Fact]
    public void Request_SerializerNeverCompletes_IsABug() => Should.Throw<InvalidOperationException>(
        () => RequestMessageWriter.Write(Payload, Marshaller((_, _) => { }), null, compress: false));

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Response_LengthOtherThanDeclared_IsABugAndBreaksTheStream(int declared)
    {
        var pipe = new Pipe();
        var writer = new ResponseMessageWriter(pipe.Writer, null, CompressionLevel.Fastest);

        Should.Throw<InvalidOperationException>(() => writer.Write(
            Payload,
            Marshaller((bytes, context) =>
            {
                context.SetPayloadLength(declared);
                context.GetBufferWriter().Write(bytes);
                context.Complete();
            }),
            compress: false));

        writer.IsBroken.ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Serializers), DisableDiscoveryEnumeration = true)]
    public void Response_OverTheLimit_WritesNothing(string name, Action<byte[], SerializationContext> serializer)
    {
        name.ShouldNotBeEmpty();
        var pipe = new Pipe();
        var writer = new ResponseMessageWriter(pipe.Writer, 2, CompressionLevel.Fastest);

        Should.Throw<WireException>(() => writer.Write(Payload, Marshaller(serializer), compress: false))
            .StatusCode.ShouldBe(StatusCode.ResourceExhausted);

        writer.IsBroken.ShouldBeFalse();
        pipe.Writer.UnflushedBytes.ShouldBe(0);
    }

    private static Marshaller<byte[]> Marshaller(Action<byte[], SerializationContext> serializer) =>
        new(serializer, context => context.PayloadAsNewBuffer());

    private static async Task<string> WriteResponseAsync(Action<byte[], SerializationContext> serializer, bool compress)
    {
        var pipe = new Pipe();
        new ResponseMessageWriter(pipe.Writer, null, CompressionLevel.Fastest).Write(
            Payload, Marshaller(serializer), compress);
        await pipe.Writer.CompleteAsync();
        using var bytes = new MemoryStream();
        await pipe.Reader.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        return Convert.ToHexString(bytes.ToArray());
    }
}
