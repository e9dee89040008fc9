using Kolumn.Providers.MySql.Sql;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// What databases are called in definitions that were read: nothing where it is the connection's own, and a scratch database stands for
/// the one whose objects are tried out in it.
/// </summary>
/// <param name="database">The connection's; null when it has none.</param>
/// <param name="realNames">Real names by scratch name.</param>
internal sealed class SchemaNames(string? database, IReadOnlyDictionary<string, string>? realNames = null)
{
    public string? Schema(string name)
    {
        var real = realNames?.GetValueOrDefault(name, name) ?? name;
        return real == database ? null : real;
    }

    public MySqlName Name(string schema, string name) => new(Schema(schema), name);

    /// <summary>The same for names inside a query.</summary>
    public string Sql(string text) => SqlNaming.MapQualifiers(text, (qualifier, _) => Schema(qualifier) is { } real ? (real == qualifier ? null : real) : "");
}
