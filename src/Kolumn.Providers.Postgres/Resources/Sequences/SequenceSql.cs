using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Sequences;

/// <summary>Sequences and their options as SQL: PostgreSQL manual, CREATE SEQUENCE and ALTER SEQUENCE.</summary>
internal static class SequenceSql
{
    public static Statement Create(SequenceDefinition sequence) => new(string.Join(' ',
    [
        $"CREATE {(sequence.Unlogged ? "UNLOGGED " : "")}SEQUENCE {sequence.Identity.Quoted}",
        .. sequence.DataType is { } type ? [$"AS {type}"] : Array.Empty<string>(),
        .. SequenceRange.Clauses(sequence),
        .. sequence.OwnedBy is null ? [] : new[] { OwnedBy(sequence) },
    ]));

    public static IEnumerable<Statement> Changes(SequenceDefinition actual, SequenceDefinition desired)
    {
        var parts = new List<string>();
        if (actual.DataType != desired.DataType)
        {
            parts.Add($"AS {desired.DataType ?? SequenceDefinition.DefaultType}");
        }

        // A new type moves the limits that were the old one's, and only those: all that follows says what it shall be.
        parts.AddRange(RangeOf(desired).Changes(actual, RangeOf(actual), desired));
        if (actual.OwnedBy != desired.OwnedBy)
        {
            parts.Add(OwnedBy(desired));
        }

        if (parts.Count > 0)
        {
            yield return new Statement($"ALTER SEQUENCE {desired.Identity.Quoted} {string.Join(' ', parts)}") { Locks = [TableLock.ShareRowExclusive.On(desired.Identity)] };
        }

        if (actual.Unlogged != desired.Unlogged)
        {
            yield return new Statement($"ALTER SEQUENCE {desired.Identity.Quoted} SET {(desired.Unlogged ? "UNLOGGED" : "LOGGED")}") { Locks = [TableLock.AccessExclusive.On(desired.Identity)] };
        }
    }

    public static Statement Drop(SequenceDefinition sequence) => sequence.Sql.Drop with
    {
        Hazards = [new Hazard(HazardNames.DataLoss, $"Where {sequence.Identity} has counted to is forgotten.")],
    };

    private static SequenceRange RangeOf(SequenceDefinition sequence) => SequenceType.RangeOf(sequence.DataType ?? SequenceDefinition.DefaultType);

    private static string OwnedBy(SequenceDefinition sequence) => sequence.OwnedBy is { } owner && DottedName.Split(owner) is [var schema, var table, var column]
        ? $"OWNED BY {SqlIdentifier.Quote(schema, table)}.{SqlIdentifier.Quote(column)}"
        : "OWNED BY NONE";
}
