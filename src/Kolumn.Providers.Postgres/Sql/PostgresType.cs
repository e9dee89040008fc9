using System.Collections.Concurrent;
using System.Collections.Frozen;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Sql;

/// <summary>Column types in the spelling of <c>format_type</c>, as far as that can be told without the server: aliases, default lengths, arrays.</summary>
internal static class PostgresType
{
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["int"] = "integer",
        ["int4"] = "integer",
        ["int2"] = "smallint",
        ["int8"] = "bigint",
        ["float4"] = "real",
        ["float8"] = "double precision",
        ["float"] = "double precision",
        ["bool"] = "boolean",
        ["decimal"] = "numeric",
        ["dec"] = "numeric",
        ["varchar"] = "character varying",
        ["char varying"] = "character varying",
        ["char"] = "character",
        ["varbit"] = "bit varying",
        ["timestamptz"] = "timestamp with time zone",
        ["timestamp"] = "timestamp without time zone",
        ["timetz"] = "time with time zone",
        ["time"] = "time without time zone",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> SerialTypes = new Dictionary<string, string>
    {
        ["serial"] = "integer",
        ["serial4"] = "integer",
        ["bigserial"] = "bigint",
        ["serial8"] = "bigint",
        ["smallserial"] = "smallint",
        ["serial2"] = "smallint",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Those that most columns have: nothing has to be scanned for them.
    private static readonly FrozenSet<string> Own = FrozenSet.ToFrozenSet(
        [.. Aliases.Values, .. SerialTypes.Values, "text", "uuid", "date", "json", "jsonb", "bytea", "double", "timestamp", "time", "interval", "regclass"], StringComparer.Ordinal);

    // A database uses few types and uses them everywhere.
    private const int MaxRemembered = 1000;
    private static readonly ConcurrentDictionary<string, WrittenType> Remembered = new(StringComparer.Ordinal);

    /// <summary>What a user's type means.</summary>
    public static WrittenType Understand(string written)
    {
        if (Remembered.TryGetValue(written, out var known))
        {
            return known;
        }

        var type = SqlTypeName.FaultOf(written, SqlDialect.Postgres) is { } fault ? new WrittenType("text", IsSerial: false, fault)
            : SerialTypes.TryGetValue(written.Trim().ToLowerInvariant(), out var behind) ? new WrittenType(behind, IsSerial: true, null)
            : new WrittenType(Canonical(written), IsSerial: false, null);
        if (Remembered.Count < MaxRemembered)
        {
            Remembered.TryAdd(written, type);
        }

        return type;
    }

    /// <summary>
    /// The type behind a spelling as an object in a schema, without arguments and brackets; an unqualified one is looked for in the
    /// default schema. null for a word that is surely the server's own.
    /// </summary>
    public static QualifiedName? NameOf(string? type)
    {
        return type is null || IsOwn(type) ? null : SqlScanner.Scan(type, SqlDialect.Postgres) switch
        {
            [var schema, var dot, var name, ..] when SqlNames.IsName(schema) && dot.Is(type, '.') && SqlNames.IsName(name) =>
                new QualifiedName(SqlNames.ValueOf(schema, type), SqlNames.ValueOf(name, type)),
            [var name, ..] when SqlNames.IsName(name) => new QualifiedName(QualifiedName.DefaultSchema, SqlNames.ValueOf(name, type)),
            _ => null,
        };
    }

    /// <summary>Whether it is surely a type of the server's own, with or without arguments and brackets.</summary>
    public static bool IsOwn(string type)
    {
        var end = type.AsSpan().IndexOfAny('(', '[');
        return Own.Contains(end < 0 ? type : type[..end]);
    }

    /// <summary>The serial pseudo-type of an integer type.</summary>
    public static string SerialOf(string type) => type switch
    {
        "bigint" => "bigserial",
        "smallint" => "smallserial",
        _ => "serial",
    };

    /// <param name="type">Of <see cref="SqlTypeName"/>'s grammar.</param>
    public static string Canonical(string type)
    {
        var tokens = SqlScanner.Scan(type, SqlDialect.Postgres);
        if (tokens.Exists(token => token.Kind == SqlTokenKind.QuotedName))
        {
            return type.Trim();
        }

        // 1. name ( arguments ) more words [] []: put what follows the arguments back behind the name.
        var (words, arguments, dimensions) = Divide(type, tokens);

        // 2. Aliases; the words "without time zone" are what the bare name means.
        var array = words.EndsWith(" array", StringComparison.Ordinal) || dimensions > 0;
        words = words.EndsWith(" array", StringComparison.Ordinal) ? words[..^6] : words;
        var name = Aliases.GetValueOrDefault(words, words);

        // 3. Arguments that PostgreSQL fills in.
        (name, arguments) = (name, arguments) switch
        {
            ("numeric", { } list) when !list.Contains(',', StringComparison.Ordinal) => (name, list + ",0"),
            ("character" or "bit", null) => (name, "1"),
            ("double precision", { } bits) => (int.TryParse(bits, out var count) && count <= 24 ? "real" : name, null),
            _ => (name, arguments),
        };

        return WithArguments(name, arguments) + (array ? "[]" : "");
    }

    private static (string Words, string? Arguments, int Dimensions) Divide(string type, List<SqlToken> tokens)
    {
        var words = new List<string>();
        string? arguments = null;
        var dimensions = 0;
        for (var at = 0; at < tokens.Count; at++)
        {
            if (tokens[at].Is(type, '('))
            {
                var close = tokens.FindIndex(at, token => token.Is(type, ')'));
                close = close < 0 ? tokens.Count : close;
                arguments = string.Concat(tokens[(at + 1)..close].Select(token => token.In(type).ToString()));
                at = close;
            }
            else if (tokens[at].Is(type, '['))
            {
                dimensions++;
            }
            else if (tokens[at].Is(type, '.') && words.Count > 0 && at + 1 < tokens.Count)
            {
                words[^1] += "." + SqlNames.ValueOf(tokens[++at], type);
            }
            else if (SqlNames.IsName(tokens[at]))
            {
                words.Add(SqlNames.ValueOf(tokens[at], type));
            }
        }

        return (string.Join(' ', words), arguments, dimensions);
    }

    // "timestamp(3) with time zone" has its precision in the middle; every other type has its arguments at the end.
    private static string WithArguments(string name, string? arguments)
    {
        if (arguments is null)
        {
            return name;
        }

        var space = name.StartsWith("time", StringComparison.Ordinal) ? name.IndexOf(' ', StringComparison.Ordinal) : -1;
        return space < 0 ? $"{name}({arguments})" : $"{name[..space]}({arguments}){name[space..]}";
    }
}

/// <param name="Name">Canonical; text where the type is none.</param>
/// <param name="IsSerial">The name is that of the integer behind a serial type.</param>
/// <param name="Fault">Why it is no type, for a user to read; null when it is one.</param>
internal readonly record struct WrittenType(string Name, bool IsSerial, string? Fault);
