using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Metadata in Kestrel's header collections.</summary>
internal static class CallHeaders
{
    public static Metadata Read(IHeaderDictionary headers)
    {
        var metadata = new Metadata();
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
            {
                MetadataText.Add(metadata, name, value ?? "");
            }
        }

        return metadata;
    }

    /// <exception cref="WireException">A value cannot be sent.</exception>
    public static void Write(Metadata? metadata, IHeaderDictionary headers)
    {
        if (metadata is null)
        {
            return;
        }

        foreach (var entry in metadata)
        {
            if (!HeaderNames.IsReserved(entry.Key))
            {
                headers[entry.Key] = StringValues.Concat(headers[entry.Key], MetadataText.Format(entry));
            }
        }
    }
}
