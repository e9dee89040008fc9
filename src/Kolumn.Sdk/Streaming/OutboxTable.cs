using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Streaming;

/// <summary>The table of an outbox in SQL. Each part can be made on its own, so that what somebody took away can be put back.</summary>
/// <param name="quote">How the database quotes a name.</param>
public sealed class OutboxTable(Func<string, string> quote)
{
    private const string Column = "column ";
    private const string Index = "index ";

    /// <summary>Debezium's five, those of the provider specification, and what keeps order and attempts.</summary>
    public required IReadOnlyList<(string Name, string Declaration)> Columns { get; init; }

    /// <summary>What is looked for: the oldest pending events, those that wait for an attempt, those that are old enough to go. Their names are the table's with the suffix.</summary>
    public required IReadOnlyList<(string Suffix, string On)> Indexes { get; init; }

    /// <summary>With its schema, quoted.</summary>
    public string Of(OutboxDefinition outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        return outbox.Schema is { } schema ? $"{quote(schema)}.{quote(outbox.Table)}" : quote(outbox.Table);
    }

    /// <param name="outbox">Of which it is.</param>
    /// <param name="elements">Further ones of the table.</param>
    /// <param name="options">What stands behind them.</param>
    public Statement Create(OutboxDefinition outbox, IEnumerable<string>? elements = null, string options = "") =>
        new($"CREATE TABLE {Of(outbox)} (\n  {string.Join(",\n  ", Columns.Select(column => $"{quote(column.Name)} {column.Declaration}").Concat(elements ?? []))}\n){options}");

    public IReadOnlyList<Statement> CreateIndexes(OutboxDefinition outbox) => [.. Indexes.Select(index => CreateIndex(outbox, index))];

    public Statement Drop(OutboxDefinition outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        return new($"DROP TABLE {Of(outbox)}") { Hazards = [OutboxLoss.Of(outbox)] };
    }

    /// <summary>Names of parts that are not there.</summary>
    public IReadOnlyList<string> MissingFrom(OutboxDefinition outbox, Func<string, bool> hasColumn, Func<string, bool> hasIndex)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        return
        [
            .. Columns.Where(column => !hasColumn(column.Name)).Select(column => Column + column.Name),
            .. Indexes.Select(index => outbox.Table + index.Suffix).Where(index => !hasIndex(index)).Select(index => Index + index),
        ];
    }

    /// <summary>Puts back a part by the name that it has among the missing.</summary>
    public Statement Repair(OutboxDefinition outbox, string missing)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        ArgumentNullException.ThrowIfNull(missing);
        if (!missing.StartsWith(Column, StringComparison.Ordinal))
        {
            return CreateIndex(outbox, Indexes.First(index => missing == Index + outbox.Table + index.Suffix));
        }

        var (name, declaration) = Columns.First(column => missing == Column + column.Name);
        return new($"ALTER TABLE {Of(outbox)} ADD COLUMN {quote(name)} {declaration}");
    }

    private Statement CreateIndex(OutboxDefinition outbox, (string Suffix, string On) index) => new($"CREATE INDEX {quote(outbox.Table + index.Suffix)} ON {Of(outbox)} {index.On}");
}

/// <summary>What goes with an outbox that is dropped.</summary>
public static class OutboxLoss
{
    public static Hazard Of(OutboxDefinition outbox)
    {
        ArgumentNullException.ThrowIfNull(outbox);
        return new(HazardNames.DataLoss, $"Every event of {(outbox.Schema is { } schema ? $"{schema}." : "")}{outbox.Table} is lost, those that are not delivered included.");
    }
}
