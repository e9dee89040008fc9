using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Databases;

/// <summary>A database as the catalog reports it.</summary>
internal sealed record DatabaseDefinition : IObjectDefinition
{
    public required string Name { get; init; }

    /// <summary>In the server's spelling, <c>UTF8</c>; null for that of the template.</summary>
    public string? Encoding { get; init; }

    public string? LcCollate { get; init; }

    public string? LcCtype { get; init; }

    /// <summary><c>libc</c>, <c>icu</c> or <c>builtin</c>; null for that of the template.</summary>
    public string? LocaleProvider { get; init; }

    /// <summary>Of another provider than libc.</summary>
    public string? ProviderLocale { get; init; }

    /// <summary>null for that of the template.</summary>
    public string? Tablespace { get; init; }

    /// <summary>Absent for any number.</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary>false, or absent for PostgreSQL's default.</summary>
    public bool? AllowConnections { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsTemplate { get; init; }

    /// <summary>Settings of all sessions in it, by their names in lower case.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    /// <summary>What it is copied from. Matters only when it is made: the catalog does not know it.</summary>
    public string? MadeFrom { get; init; }

    /// <summary>Somebody began to drop it and was interrupted: nothing but dropping is possible any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Invalid { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public SqlObject Sql => new("DATABASE", SqlIdentifier.Quote(Name));
}
