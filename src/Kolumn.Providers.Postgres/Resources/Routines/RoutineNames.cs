using System.Text.Json.Nodes;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>
/// Identities of routines, <c>public.total(integer, mood)</c>: the types of what goes in tell overloads apart. A type of the default
/// schema stands without it, so that it is the same whether a user wrote the schema or not.
/// </summary>
internal static class RoutineNames
{
    private const string DefaultPrefix = QualifiedName.DefaultSchema + ".";

    /// <summary>The name without argument types, as a call mentions it.</summary>
    public static QualifiedName NameOf(JsonObject definition) => new((string?)definition["schema"] ?? QualifiedName.DefaultSchema, (string)definition["name"]!);

    public static string IdentityOf(JsonObject definition)
    {
        var types = (definition["arguments"]?.AsArray() ?? [])
            .Where(argument => (string?)argument!["mode"] != RoutineArgument.Out)
            .Select(argument => (string)argument!["type"]!);
        return IdentityOf(NameOf(definition), types);
    }

    /// <param name="types">Of what goes in.</param>
    public static string IdentityOf(QualifiedName name, IEnumerable<string> types) => $"{Shown(name)}({string.Join(", ", types.Select(Bare))})";

    /// <summary>The identity that a user's text means, <c>total(int, shop.mood)</c>; null for what names no routine.</summary>
    public static string? Understand(string written)
    {
        var open = OpeningOf(written);
        if (open < 0 || !written.TrimEnd().EndsWith(')') || QualifiedName.Parse(written[..open].Trim()) is not { } name || (PostgresConfig.NameFault(name.Schema) ?? PostgresConfig.NameFault(name.Name)) is not null)
        {
            return null;
        }

        var types = TypesIn(written.TrimEnd()[(open + 1)..^1]).Select(PostgresType.Understand).ToList();
        return types.Exists(type => type.Fault is not null) ? null : IdentityOf(name, types.Select(type => WithoutLength(type.Name)));
    }

    /// <summary>For statements.</summary>
    public static string Quoted(string identity)
    {
        var open = OpeningOf(identity);
        return QualifiedName.Parse(identity[..open])!.Value.Quoted + identity[open..];
    }

    /// <summary>PostgreSQL keeps neither lengths nor precisions in a signature.</summary>
    public static string WithoutLength(string type)
    {
        var (open, close) = (type.IndexOf('(', StringComparison.Ordinal), type.IndexOf(')', StringComparison.Ordinal));
        return type.Contains('"', StringComparison.Ordinal) || open < 0 || close < open ? type : type[..open] + type[(close + 1)..];
    }

    /// <summary>Of a routine that takes nothing, as a trigger function does.</summary>
    public static string WithoutArguments(QualifiedName name) => Shown(name) + "()";

    /// <summary>What stands before the first parenthesis that is in no quotes.</summary>
    public static QualifiedName? Parse(string identity) => OpeningOf(identity) is var open and >= 0 ? QualifiedName.Parse(identity[..open]) : null;

    private static int OpeningOf(string identity)
    {
        var quoted = false;
        for (var at = 0; at < identity.Length; at++)
        {
            quoted ^= identity[at] == '"';
            if (identity[at] == '(' && !quoted)
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Between the commas that stand in no quotes and no parentheses.</summary>
    private static IEnumerable<string> TypesIn(string list)
    {
        var (start, depth, quoted) = (0, 0, false);
        for (var at = 0; at <= list.Length; at++)
        {
            if (at == list.Length || (list[at] == ',' && depth == 0 && !quoted))
            {
                if (list[start..at].Trim() is { Length: > 0 } || at < list.Length || start > 0)
                {
                    yield return list[start..at].Trim();
                }

                start = at + 1;
                continue;
            }

            quoted ^= list[at] == '"';
            depth += quoted ? 0 : list[at] switch { '(' => 1, ')' => -1, _ => 0 };
        }
    }

    private static string Shown(QualifiedName name) => $"{Shown(name.Schema)}.{Shown(name.Name)}";

    private static string Shown(string part) => part.Contains('(', StringComparison.Ordinal) ? SqlIdentifier.Quote(part) : DottedName.Show(part);

    private static string Bare(string type) => type.StartsWith(DefaultPrefix, StringComparison.Ordinal) ? type[DefaultPrefix.Length..] : type;
}
