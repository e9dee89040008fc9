using System.Text.Json.Nodes;
using Kolumn.Protocol;

namespace Kolumn.Sdk;

/// <summary>
/// A handler whose objects hold what cannot be made again, or are needed by such. Deleting one moves it away instead, until it is restored or purged;
/// every statement here runs in the transaction that writes the ledger, but for those of <see cref="Purge"/> that can stand nowhere but alone.
/// </summary>
public interface IQuarantiningHandler
{
    /// <summary>false: it can be made again from its definition, and moves only where something that is moved in the same plan needs it.</summary>
    bool HoldsData => true;

    /// <summary>Where the object goes, as a user would look for it.</summary>
    /// <param name="id">Of the entry: ten letters and digits, unique in the database.</param>
    string LocationOf(JsonObject definition, string id);

    /// <summary>
    /// What moves the object away so that its names are free, it keeps nothing else from changing, and nobody uses it any more. What still uses
    /// it makes the statements fail, as it would a drop.
    /// </summary>
    IReadOnlyList<Statement> Quarantine(JsonObject definition, string id);

    /// <summary>What brings it back as it was, but for references to what is not there.</summary>
    /// <param name="exists">Whether something exists that the definition requires or prefers.</param>
    IReadOnlyList<Statement> Restore(JsonObject definition, string id, Func<ObjectReference, bool> exists);

    /// <summary>What drops it for good. A statement that stands alone runs first, and again where that was the end: it must be harmless when the object is gone.</summary>
    IReadOnlyList<Statement> Purge(JsonObject definition, string id);
}

/// <summary>A handler whose objects are parts of others: where the other goes, and is brought back from, they go too.</summary>
public interface IAccompanyingHandler
{
    /// <summary>Whether the object is a part of <paramref name="owner"/>.</summary>
    bool IsPartOf(JsonObject definition, ObjectReference owner);
}

/// <summary>Where a provider writes down what is in quarantine: in the database itself, so that the two cannot contradict each other.</summary>
public interface IQuarantineStore<in TSession>
    where TSession : IProviderSession
{
    /// <summary>What makes the place for entries.</summary>
    IReadOnlyList<Statement> Create { get; }

    /// <summary>One entry. Time is taken from the database's clock.</summary>
    /// <param name="retention">How long it is kept at least.</param>
    Statement Append(QuarantineEntry entry, TimeSpan retention);

    Statement Remove(IReadOnlyCollection<string> ids);

    /// <summary>
    /// Every entry, oldest first; null when there is no place for them yet. Where a line of the ledger and what it tells of do not happen together, a line
    /// may stand there without its object: such are left out (<see cref="QuarantineEntry.Standing"/>), and written anew under the same id.
    /// </summary>
    Task<IReadOnlyList<QuarantineEntry>?> ReadAsync(TSession session, CancellationToken cancellationToken);
}

/// <summary>Something that was deleted and can be brought back.</summary>
public sealed record QuarantineEntry
{
    public required string Id { get; init; }

    /// <summary>The full type.</summary>
    public required string ResourceType { get; init; }

    /// <summary>The resource's label.</summary>
    public required string Name { get; init; }

    public required string Identity { get; init; }

    /// <summary>null for what held no data: it was dropped and is made again from its definition.</summary>
    public string? Location { get; init; }

    /// <summary>The entry of what it is a part of and went with.</summary>
    public string? PartOf { get; init; }

    public required JsonObject Definition { get; init; }

    public string Actor { get; init; } = "";

    public DateTimeOffset QuarantinedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Those whose object is where they say, and the parts of these.</summary>
    public static IReadOnlyList<QuarantineEntry> Standing(IReadOnlyList<QuarantineEntry> entries, Func<string, bool> existsAt)
    {
        var gone = entries.Where(entry => entry.Location is { } location && !existsAt(location)).Select(entry => entry.Id).ToHashSet(StringComparer.Ordinal);
        return [.. entries.Where(entry => !gone.Contains(entry.Id) && !(entry.PartOf is { } owner && gone.Contains(owner)))];
    }

    public string Address => new ResourceAddress(ResourceType, Name).ToString();
}
