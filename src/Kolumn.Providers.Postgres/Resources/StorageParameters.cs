using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>Storage parameters of relations: PostgreSQL manual, CREATE TABLE. Those of the table behind the long values begin with <c>toast.</c></summary>
internal static class StorageParameters
{
    public static IReadOnlyDictionary<string, string>? Describe(ConfigReader reader) =>
        Sorted(reader.Settings("storage_parameters").Select(setting => (setting.Name.ToLowerInvariant(), setting.Value)));

    /// <param name="options">As pg_class.reloptions holds them.</param>
    public static IReadOnlyDictionary<string, string>? Read(IEnumerable<string> options) => Sorted(options.Select(Divide));

    /// <summary><c>name=value</c></summary>
    public static (string Name, string Value) Divide(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        return (option[..equals], option[(equals + 1)..]);
    }

    /// <summary>For the end of CREATE; empty without parameters.</summary>
    public static string With(IReadOnlyDictionary<string, string>? parameters) => parameters is null ? "" : $" WITH ({List(parameters)})";

    /// <summary>The parts of an ALTER that turn one into the other.</summary>
    public static IEnumerable<string> Changes(IReadOnlyDictionary<string, string>? actual, IReadOnlyDictionary<string, string>? desired)
    {
        var (old, now) = (actual ?? new Dictionary<string, string>(), desired ?? new Dictionary<string, string>());
        var gone = old.Keys.Where(name => !now.ContainsKey(name)).Select(Quoted).ToList();
        var set = now.Where(one => old.GetValueOrDefault(one.Key) != one.Value).ToList();
        return
        [
            .. gone.Count > 0 ? [$"RESET ({string.Join(", ", gone)})"] : Array.Empty<string>(),
            .. set.Count > 0 ? [$"SET ({List(set)})"] : Array.Empty<string>(),
        ];
    }

    /// <summary>The lock that a part of <see cref="Changes"/> takes: PostgreSQL manual, ALTER TABLE, SET storage_parameter.</summary>
    public static TableLock LockOf(string part) =>
        part.Contains("\"user_catalog_table\"", StringComparison.Ordinal) ? TableLock.AccessExclusive : TableLock.ShareUpdateExclusive;

    private static SortedDictionary<string, string>? Sorted(IEnumerable<(string Name, string Value)> parameters)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
        {
            sorted[name] = value;
        }

        return sorted.Count == 0 ? null : sorted;
    }

    private static string List(IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join(", ", parameters.Select(one => $"{Quoted(one.Key)} = {SqlLiteral.Quote(one.Value)}"));

    private static string Quoted(string name) => string.Join('.', name.Split('.').Select(SqlIdentifier.Quote));
}
