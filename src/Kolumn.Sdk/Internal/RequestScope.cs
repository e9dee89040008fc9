namespace Kolumn.Sdk.Internal;

/// <summary>The id of the request being served, for events and logs. It follows the call through every await.</summary>
internal static class RequestScope
{
    private static readonly AsyncLocal<string?> Id = new();

    /// <summary>null outside of a request, and when the caller sent none.</summary>
    public static string? RequestId
    {
        get => Id.Value;
        set => Id.Value = value;
    }
}
