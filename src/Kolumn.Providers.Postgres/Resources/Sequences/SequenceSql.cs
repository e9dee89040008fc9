using System.Globalization;
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
        .. Options(sequence),
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
        parts.AddRange(Changes(actual, actual.DataType ?? SequenceDefinition.DefaultType, desired, desired.DataType ?? SequenceDefinition.DefaultType, ""));
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

    /// <summary>The options that are not PostgreSQL's defaults.</summary>
    public static IEnumerable<string> Options(SequenceOptions options) =>
    [
        .. Option("START WITH", options.Start),
        .. Option("INCREMENT BY", options.Increment),
        .. Option("MINVALUE", options.Min),
        .. Option("MAXVALUE", options.Max),
        .. Option("CACHE", options.Cache),
        .. options.Cycle ? ["CYCLE"] : Array.Empty<string>(),
    ];

    /// <param name="set">Stands before each option: nothing in ALTER SEQUENCE, <c>SET </c> for an identity column.</param>
    public static IEnumerable<string> Changes(SequenceOptions actual, string actualType, SequenceOptions desired, string desiredType, string set)
    {
        var (before, after) = (SequenceRange.Complete(actual, actualType), SequenceRange.Complete(desired, desiredType));
        var retyped = actualType != desiredType;
        return
        [
            .. before.Increment == after.Increment ? [] : Option($"{set}INCREMENT BY", after.Increment),
            .. before.Min == after.Min && !retyped ? [] : Option($"{set}MINVALUE", after.Min),
            .. before.Max == after.Max && !retyped ? [] : Option($"{set}MAXVALUE", after.Max),
            .. before.Start == after.Start ? [] : Option($"{set}START WITH", after.Start),

            // Where it has counted to stays; what lies outside of the new limits, as after a turn around, cannot.
            .. after.Min <= before.Start && before.Start <= after.Max ? [] : Option("RESTART WITH", after.Start),
            .. before.Cache == after.Cache ? [] : Option($"{set}CACHE", after.Cache),
            .. before.Cycle == after.Cycle ? [] : new[] { after.Cycle ? $"{set}CYCLE" : $"{set}NO CYCLE" },
        ];
    }

    private static string[] Option(string option, long? value) => value is { } number ? [string.Create(CultureInfo.InvariantCulture, $"{option} {number}")] : [];

    private static string OwnedBy(SequenceDefinition sequence) => sequence.OwnedBy is { } owner && DottedName.Split(owner) is [var schema, var table, var column]
        ? $"OWNED BY {SqlIdentifier.Quote(schema, table)}.{SqlIdentifier.Quote(column)}"
        : "OWNED BY NONE";
}
