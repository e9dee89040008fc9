using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>What exists and no type of this provider can express.</summary>
internal static class UnsupportedObjects
{
    public const string Code = LeftOut.Code;

    /// <summary>What it means for most.</summary>
    public const string Untouched = "Kolumn neither describes nor touches it. What depends on it can be managed all the same.";

    /// <summary>One warning for each sort of object.</summary>
    /// <param name="type">The type whose discovery says so.</param>
    public static async Task<IReadOnlyList<Diagnostic>> FindAsync(PostgresSession session, string type, CancellationToken cancellationToken)
    {
        var found = new List<(string What, string Name)>();
        await session.ReadAsync(
            [new CatalogQuery(new Statement(CatalogSql.Unsupported) { Parameters = [type] }, row => found.Add((row.GetString(0), row.GetString(1))))],
            cancellationToken);
        return Name(found, Untouched);
    }

    /// <param name="detail">What that means, and what can be done.</param>
    public static IReadOnlyList<Diagnostic> Name(IReadOnlyList<(string What, string Name)> found, string detail) => LeftOut.Name(found, detail);
}
