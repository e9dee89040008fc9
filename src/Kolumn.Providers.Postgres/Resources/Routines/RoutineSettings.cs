using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>Settings of routines, roles and databases: <c>SET name TO value</c>.</summary>
internal static class RoutineSettings
{
    /// <summary>Those that hold a list of names, each of which is quoted by itself (GUC_LIST_QUOTE in PostgreSQL's source).</summary>
    private static readonly string[] Lists =
        ["search_path", "local_preload_libraries", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"];

    public static IReadOnlyDictionary<string, string>? Describe(ConfigReader reader, string attribute) => Canonical(reader.Settings(attribute));

    /// <param name="settings">As pg_proc.proconfig holds them: <c>name=value</c>.</param>
    public static IReadOnlyDictionary<string, string>? Read(IEnumerable<string> settings) => Canonical(settings.Select(StorageParameters.Divide));

    /// <summary>A name for a statement: <c>"shop"."tenant"</c>.</summary>
    public static string Quoted(string name) => string.Join('.', name.Split('.').Select(SqlIdentifier.Quote));

    public static IEnumerable<string> ToSql(IEnumerable<KeyValuePair<string, string>>? settings) => (settings ?? []).Select(setting =>
        $"SET {Quoted(setting.Key)} TO {string.Join(", ", Values(setting.Key, setting.Value).Select(SqlLiteral.Quote))}");

    /// <summary>What makes <paramref name="desired"/> of <paramref name="actual"/>.</summary>
    /// <param name="statement">The beginning of each, up to SET or RESET.</param>
    public static IEnumerable<Statement> Changes(string statement, IReadOnlyDictionary<string, string>? actual, IReadOnlyDictionary<string, string>? desired)
    {
        var (old, now) = (actual ?? new Dictionary<string, string>(), desired ?? new Dictionary<string, string>());
        return
        [
            .. old.Keys.Where(name => !now.ContainsKey(name)).Select(name => new Statement($"{statement} RESET {Quoted(name)}")),
            .. ToSql(now.Where(one => old.GetValueOrDefault(one.Key) != one.Value)).Select(set => new Statement($"{statement} {set}")),
        ];
    }

    private static SortedDictionary<string, string>? Canonical(IEnumerable<(string Name, string Value)> settings)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in settings)
        {
            var key = name.ToLowerInvariant();
            sorted[key] = Lists.Contains(key) ? string.Join(", ", Values(key, value).Select(PostgresConfig.SpelledName)) : value;
        }

        return sorted.Count == 0 ? null : sorted;
    }

    /// <summary>One value, or the names of a list without their quotes.</summary>
    private static IEnumerable<string> Values(string name, string value)
    {
        if (!Lists.Contains(name))
        {
            return [value];
        }

        var tokens = SqlScanner.Scan(value, SqlDialect.Postgres);
        return value.Trim().Length == 0 ? [""] : Divided(tokens, value);
    }

    private static IEnumerable<string> Divided(List<SqlToken> tokens, string text)
    {
        var start = 0;
        for (var at = 0; at <= tokens.Count; at++)
        {
            if (at < tokens.Count && !tokens[at].Is(text, ','))
            {
                continue;
            }

            var element = tokens[start..at];
            start = at + 1;
            if (element is [var one] && SqlNames.IsName(one))
            {
                yield return SqlNames.ValueOf(one, text);
            }
            else if (element.Count > 0)
            {
                yield return text[element[0].Start..element[^1].End].Trim('\'');
            }
        }
    }
}
