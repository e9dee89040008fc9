using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk;

/// <summary>What a database knows of itself beside its objects' definitions.</summary>
public interface IDatabaseFacts<in TSession>
    where TSession : IProviderSession
{
    /// <summary>In a number of queries that does not depend on how much exists, and without reading rows of users' tables.</summary>
    Task<DatabaseFacts> ReadAsync(TSession session, CancellationToken cancellationToken);
}

/// <param name="Name">The database's.</param>
/// <param name="SizeBytes">Of all of it; null where it is not known.</param>
/// <param name="Objects">By type and identity; what nothing is known of is missing.</param>
public sealed record DatabaseFacts(string Name, long? SizeBytes, IReadOnlyDictionary<ObjectReference, ObjectStatistics> Objects);
