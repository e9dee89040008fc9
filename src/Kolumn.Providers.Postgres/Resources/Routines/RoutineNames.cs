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
            .Select(argument => Bare((string)argument!["type"]!));
        return $"{Shown(NameOf(definition))}({string.Join(", ", types)})";
    }

    /// <summary>Of a routine that takes nothing, as a trigger function does.</summary>
    public static string WithoutArguments(QualifiedName name) => Shown(name) + "()";

    /// <summary>What stands before the first parenthesis that is in no quotes.</summary>
    public static QualifiedName? Parse(string identity)
    {
        var quoted = false;
        for (var at = 0; at < identity.Length; at++)
        {
            quoted ^= identity[at] == '"';
            if (identity[at] == '(' && !quoted)
            {
                return QualifiedName.Parse(identity[..at]);
            }
        }

        return null;
    }

    private static string Shown(QualifiedName name) => $"{Shown(name.Schema)}.{Shown(name.Name)}";

    private static string Shown(string part) => part.Contains('(', StringComparison.Ordinal) ? SqlIdentifier.Quote(part) : QualifiedName.Show(part);

    private static string Bare(string type) => type.StartsWith(DefaultPrefix, StringComparison.Ordinal) ? type[DefaultPrefix.Length..] : type;
}
