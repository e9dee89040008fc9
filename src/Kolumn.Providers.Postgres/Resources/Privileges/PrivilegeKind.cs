namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>A kind of thing that privileges are granted on: PostgreSQL manual, 5.8 Privileges.</summary>
/// <param name="Word">In configurations: <c>table</c>.</param>
/// <param name="Sql">In GRANT: <c>TABLE</c>.</param>
/// <param name="Plural">In ALTER DEFAULT PRIVILEGES: <c>TABLES</c>; null where there are none.</param>
/// <param name="All">What <c>all</c> means on every version.</param>
/// <param name="Everybodys">What everybody has of it unless it is taken away.</param>
internal sealed record PrivilegeKind(string Word, string Sql, string? Plural, IReadOnlyList<string> All, IReadOnlyList<string> Everybodys)
{
    public static PrivilegeKind Table { get; } = new("table", "TABLE", "TABLES", ["delete", "insert", "references", "select", "trigger", "truncate", "update"], []);

    public static PrivilegeKind Sequence { get; } = new("sequence", "SEQUENCE", "SEQUENCES", ["select", "update", "usage"], []);

    public static PrivilegeKind Schema { get; } = new("schema", "SCHEMA", "SCHEMAS", ["create", "usage"], []);

    public static PrivilegeKind Database { get; } = new("database", "DATABASE", null, ["connect", "create", "temporary"], ["connect", "temporary"]);

    public static PrivilegeKind Function { get; } = new("function", "FUNCTION", "FUNCTIONS", ["execute"], ["execute"]);

    public static PrivilegeKind Procedure { get; } = new("procedure", "PROCEDURE", null, ["execute"], ["execute"]);

    public static PrivilegeKind Type { get; } = new("type", "TYPE", "TYPES", ["usage"], ["usage"]);

    /// <summary>What may be granted on single columns.</summary>
    public static PrivilegeKind Column { get; } = new("column", "TABLE", null, ["insert", "references", "select", "update"], []);

    public static IReadOnlyList<PrivilegeKind> Objects { get; } = [Table, Sequence, Schema, Database, Function, Procedure, Type];

    /// <summary>From version 17 on; it is no part of <c>all</c>, which means the same everywhere.</summary>
    public const string Maintain = "maintain";

    public bool Has(string privilege) => All.Contains(privilege) || (this == Table && privilege == Maintain);
}
