using Kolumn.Protocol;

namespace Kolumn.Sdk.Internal;

/// <summary>What one request may weigh: far beyond real ones, far below what takes a provider down.</summary>
internal static class Limits
{
    public const int MaxRequestBytes = 64 * 1024 * 1024;

    public const int MaxConfigBytes = 1024 * 1024;

    public const int MaxResources = 100_000;

    public static Diagnostic TooManyResources(int count) => Diagnostic.Error(
        "REQUEST_TOO_LARGE", $"the request names {count} resources, {MaxResources} is the limit", "Divide them among several provider instances.");
}
