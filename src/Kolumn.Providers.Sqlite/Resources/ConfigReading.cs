using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources;

/// <summary>
/// Takes names, expressions and references out of a config and reports what cannot become part of a statement. After a
/// report it returns something harmless, so that everything wrong with a config is found at once.
/// </summary>
internal sealed class ConfigReading(DescribeContext context)
{
    public DescribeContext Context { get; } = context;

    /// <summary>The name of an object of the schema; <c>sqlite_</c> is SQLite's own prefix.</summary>
    public string ObjectName(JsonObject config, AttributePath path)
    {
        var name = Name(config.Text("name") ?? "", path);
        if (SqliteName.Fold(name).StartsWith("sqlite_", StringComparison.Ordinal))
        {
            Error(path, $"the name \"{name}\" is reserved", "Names that begin with sqlite_ belong to SQLite: choose another one.");
        }

        return name;
    }

    public string Name(string name, AttributePath path)
    {
        if (SqlIdentifier.FaultOf(name, SqlDialect.Sqlite) is { } fault)
        {
            Error(path, fault, "SQLite takes any other text as a name.");
        }

        return name;
    }

    /// <summary>An optional name, as of a constraint.</summary>
    public string? OptionalName(JsonObject config, AttributePath path) => config.Text("name") is { } name ? Name(name, path.Member("name")) : null;

    /// <summary>An expression in canonical spelling.</summary>
    public string Expression(string sql, AttributePath path)
    {
        if (SqlFragment.FaultOf(sql, SqlFragmentKind.Expression, SqlDialect.Sqlite) is { } fault)
        {
            Error(path, $"the expression cannot stand in a statement: {fault}", "Write one SQL expression.");
            return "NULL";
        }

        return Canonical(sql, path, CanonicalSql.Expression);
    }

    /// <summary>Statements or a query, canonical, without the semicolon at the end.</summary>
    public IReadOnlyList<Token> Tokens(string sql, SqlFragmentKind kind, AttributePath path)
    {
        if (SqlFragment.FaultOf(sql.TrimEnd(' ', '\t', '\r', '\n', ';'), kind, SqlDialect.Sqlite) is { } fault)
        {
            Error(path, $"the SQL cannot stand in a statement: {fault}", null);
            return [];
        }

        try
        {
            var tokens = Tokenizer.Scan(sql);
            var end = tokens.Count;
            while (end > 0 && tokens[end - 1].IsSymbol(";"))
            {
                end--;
            }

            return tokens[..end];
        }
        catch (DdlException unreadable)
        {
            Error(path, $"the SQL cannot be read: {unreadable.Message}", null);
            return [];
        }
    }

    /// <summary>A value of a closed list, in capitals; null when absent.</summary>
    public string? Keyword(JsonObject config, string member, AttributePath path, params ReadOnlySpan<string> allowed)
    {
        if (config.Text(member) is not { } text)
        {
            return null;
        }

        var keyword = string.Join(' ', text.Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
        if (!allowed.Contains(keyword))
        {
            Error(path.Member(member), $"\"{text}\" is not known here", $"Write one of: {string.Join(", ", allowed.ToArray())}.");
        }

        return keyword;
    }

    public string? Collation(JsonObject config, AttributePath path) =>
        config.Text("collation") is { } name ? Name(name.ToUpperInvariant(), path.Member("collation")) : null;

    /// <summary>
    /// The table (and column, when one is named) that a reference means: a resource's address, <c>table.column</c>, a name, or
    /// the resource itself as an object.
    /// </summary>
    public (string Table, string? Column) Reference(JsonNode? reference, AttributePath path)
    {
        switch (reference)
        {
            case JsonObject resource when (resource.Text("table_name") ?? resource.Text("name")) is { } name:
                return (Name(name, path), null);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text:
                var (table, column) = Resolve(text);
                return (Name(table, path), column is null ? null : Name(column, path));
            default:
                Error(path, "a table is expected", "Write a table's name, table.column, or refer to the resource: sqlite_table.users.");
                return ("", null);
        }
    }

    public void Error(AttributePath path, string summary, string? detail) => Context.Error(DiagnosticCodes.InvalidValue, path, summary, detail);

    private (string Table, string? Column) Resolve(string text)
    {
        if (NamedBy(text) is { } table)
        {
            return (table, null);
        }

        var dot = text.LastIndexOf('.');
        if (dot <= 0 || dot == text.Length - 1)
        {
            return (text, null);
        }

        var (before, after) = (text[..dot], text[(dot + 1)..]);
        return NamedBy(before) is { } owner ? (owner, after)
            : IsType(before) ? (after, null)
            : before.IndexOf('.', StringComparison.Ordinal) is > 0 and var first && IsType(before[..first]) ? (before[(first + 1)..], after)
            : (before, after);
    }

    private string? NamedBy(string address) => Context.ConfigOf(address) is { } config
        ? config.Text("name") ?? (ResourceAddress.TryParse(address, out var parts) ? parts.Name : null)
        : null;

    private static bool IsType(string word) => word is "sqlite_table" or "sqlite_view";

    private string Canonical(string sql, AttributePath path, Func<string, string> spell)
    {
        try
        {
            return spell(sql);
        }
        catch (DdlException unreadable)
        {
            Error(path, $"the expression cannot be read: {unreadable.Message}", null);
            return "NULL";
        }
    }
}
