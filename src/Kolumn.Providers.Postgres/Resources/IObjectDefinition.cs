using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>What every kind of object has, or says that it has not.</summary>
internal interface IObjectDefinition
{
    /// <summary>How COMMENT, ALTER … OWNER and DROP name it.</summary>
    SqlObject Sql { get; }

    string? Comment { get; }

    /// <summary>A role; null where it does not matter or the kind has none.</summary>
    string? Owner { get; }
}
