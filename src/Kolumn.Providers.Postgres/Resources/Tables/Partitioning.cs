using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>
/// Partition keys and bounds: PostgreSQL manual, section 5.11. Users write them as SQL, or as objects for what is common; a
/// definition has them as SQL.
/// </summary>
internal static class Partitioning
{
    private static readonly string[] Strategies = ["range", "list", "hash"];

    /// <summary><c>RANGE (made, lower(name))</c>, or <c>{ range = ["made"] }</c>.</summary>
    public static string? Key(ConfigReader reader)
    {
        if (reader.Member("partition_by") is { } written)
        {
            var strategies = Strategies.Where(written.Has).ToList();
            if (strategies is not [var strategy] || written.Attributes.Count() != 1 || written.Names(strategy) is not { Count: > 0 } columns)
            {
                reader.Invalid("partition_by", "Rows are divided by range, list or hash of some columns", "For example partition_by = { range = [\"made\"] }.");
                return null;
            }

            return $"{strategy.ToUpperInvariant()} ({SqlIdentifier.QuoteAll(columns)})";
        }

        if (reader.Sql("partition_by") is not { } text)
        {
            return null;
        }

        if (!Strategies.Any(strategy => BeginsWith(text, strategy) && text[strategy.Length..].TrimStart().StartsWith('(') && text.EndsWith(')')))
        {
            reader.Invalid("partition_by", "A partition key is RANGE, LIST or HASH and columns in parentheses", "For example RANGE (made).");
            return null;
        }

        return text;
    }

    /// <summary>
    /// <c>FROM (…) TO (…)</c>, <c>IN (…)</c>, <c>WITH (MODULUS 4, REMAINDER 0)</c> or <c>DEFAULT</c>; as objects <c>{ from, to }</c>, <c>{ in }</c>,
    /// <c>{ modulus, remainder }</c>.
    /// </summary>
    public static string? Bounds(ConfigReader reader)
    {
        if (!reader.Has("values"))
        {
            reader.Error("values", DiagnosticCodes.MissingAttribute, "A partition says which rows it takes", "For example values = { from = [\"2024-01-01\"], to = [\"2025-01-01\"] }, or \"DEFAULT\".");
            return null;
        }

        if (reader.Member("values") is { } written)
        {
            var bounds = written.Attributes.Order(StringComparer.Ordinal).ToList() switch
            {
                ["from", "to"] => $"FROM ({Literals(written, "from")}) TO ({Literals(written, "to")})",
                ["in"] => $"IN ({Literals(written, "in")})",
                ["modulus", "remainder"] => $"WITH (MODULUS {written.Number("modulus") ?? 1}, REMAINDER {written.Number("remainder") ?? 0})",
                _ => null,
            };
            if (bounds is null)
            {
                reader.Invalid("values", "A partition takes values from … to, in a list, or by modulus and remainder");
            }

            return bounds;
        }

        if (reader.Sql("values") is not { } text)
        {
            return null;
        }

        text = BeginsWith(text, "FOR VALUES ") ? text["FOR VALUES ".Length..].TrimStart() : text;
        if (string.Equals(text, "DEFAULT", StringComparison.OrdinalIgnoreCase))
        {
            return "DEFAULT";
        }

        if (!(BeginsWith(text, "FROM") || BeginsWith(text, "IN") || BeginsWith(text, "WITH")) || !text.EndsWith(')'))
        {
            reader.Invalid("values", "The rows of a partition are FROM (…) TO (…), IN (…), WITH (MODULUS …, REMAINDER …) or DEFAULT");
            return null;
        }

        return text;
    }

    private static string Literals(ConfigReader reader, string attribute)
    {
        JsonNode?[] elements = reader[attribute] is JsonArray list ? [.. list] : [reader[attribute]];
        var literals = new List<string>();
        foreach (var element in elements)
        {
            if (element is null)
            {
                literals.Add("NULL");
            }
            else if (element is JsonValue value && !(value.TryGetValue<string>(out var text) && text.Contains('\0', StringComparison.Ordinal)))
            {
                literals.Add(value.TryGetValue<string>(out var word) && word is "MINVALUE" or "MAXVALUE" ? value.GetValue<string>() : SqlDefault.ToSql(value, SqlDialect.Postgres)!);
            }
            else
            {
                reader.Invalid(attribute, "A bound is a text, a number or a boolean");
            }
        }

        return string.Join(", ", literals);
    }

    private static bool BeginsWith(string text, string word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase);
}
