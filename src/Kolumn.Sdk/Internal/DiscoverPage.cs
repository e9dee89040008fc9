using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Internal;

/// <summary>
/// One page of DiscoverResources. Pages go by type and, within it, by identity: what comes and goes between two of them neither
/// repeats nor hides anything else. Without a limit there is one page, in the order in which the catalog was read.
/// </summary>
/// <param name="Limit">null: everything.</param>
/// <param name="FirstType">The position of the type with which the page begins.</param>
/// <param name="After">The last identity of the page before; null at the beginning of a type.</param>
internal sealed record DiscoverPage(int? Limit, int FirstType, string? AfterType, string? After)
{
    private const int MaxLimit = 10_000;

    public static DiscoverPage? Read<TSession>(DiscoverResourcesRequest request, IReadOnlyList<ResourceType<TSession>> types, out Diagnostic? fault)
        where TSession : IProviderSession
    {
        fault = null;
        if (request.Limit is < 1 or > MaxLimit)
        {
            fault = Fault("limit", $"{request.Limit} is no number of resources for one page", $"It is 1 to {MaxLimit}; leave it out for everything at once.");
            return null;
        }

        if (string.IsNullOrEmpty(request.PageToken))
        {
            return new DiscoverPage(request.Limit, 0, null, null);
        }

        var place = PageToken.Read(request.PageToken)?.Split('\n', 2);
        var position = place is [var name, _] ? types.Select((t, i) => (t, i)).FirstOrDefault(p => p.t.Name == name, (null!, -1)).i : -1;
        if (position < 0)
        {
            fault = Fault("page_token", "the page_token is none of this resource_type", "Send the next_token of the page before, with the same resource_type and filters.");
            return null;
        }

        return new DiscoverPage(request.Limit, position, place![0], place[1]);
    }

    /// <summary>What of a type belongs to this page or the one after it.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonObject>> Cut<TSession>(ResourceType<TSession> type, List<KeyValuePair<string, JsonObject>> found)
        where TSession : IProviderSession
    {
        if (Limit is null && After is null)
        {
            return found;
        }

        return [.. found
            .Where(f => Begins(type.Name) || string.CompareOrdinal(f.Key, After) > 0)
            .OrderBy(f => f.Key, StringComparer.Ordinal)
            .Take(Limit + 1 ?? int.MaxValue)];
    }

    /// <summary>Whether the page holds the first of a type, so that what is said of the type is said once.</summary>
    public bool Begins(string type) => type != AfterType;

    /// <summary>Whether it is known that there is another page.</summary>
    public bool IsFull(int count) => count > Limit;

    /// <param name="found">By identity; may hold more than the page.</param>
    public DiscoverResourcesResponse Answer(List<(string Identity, string Type, DiscoveredResource Resource)> found)
    {
        var page = IsFull(found.Count) ? found[..Limit!.Value] : found;
        return new DiscoverResourcesResponse
        {
            Success = true,
            Resources = [.. page.Select(p => p.Resource)],
            HasMore = page.Count < found.Count,
            NextToken = page.Count < found.Count ? PageToken.Of($"{page[^1].Type}\n{page[^1].Identity}") : null,
        };
    }

    private static Diagnostic Fault(string member, string summary, string detail) =>
        Diagnostic.Error(DiagnosticCodes.InvalidValue, summary, detail) with { Attribute = AttributePath.Of(member) };
}
