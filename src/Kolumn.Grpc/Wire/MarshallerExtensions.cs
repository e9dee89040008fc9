using System.Buffers;
using Grpc.Core;

namespace Grpc.Wire;

/// <summary>Reading messages from received bytes.</summary>
internal static class MarshallerExtensions
{
    /// <exception cref="WireException">The payload is not a message of this type.</exception>
    public static T Deserialize<T>(this Marshaller<T> marshaller, in ReadOnlySequence<byte> payload)
    {
        var context = new PayloadDeserializationContext();
        try
        {
            return marshaller.ContextualDeserializer(context.Over(payload));
        }
        catch (Exception failure)
        {
            throw WireException.Malformed($"A received message is not a {typeof(T).Name}: {failure.Message}", failure);
        }
        finally
        {
            context.Release();
        }
    }
}
