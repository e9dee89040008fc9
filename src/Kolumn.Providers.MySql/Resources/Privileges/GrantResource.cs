using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Privileges;

/// <summary>What a user may write about a grant, and what it describes.</summary>
internal static class GrantResource
{
    public const string Type = "grant";

    private static readonly string[] Kinds = ["global", "schema", "pattern", "table", "function", "procedure"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["to"] = Reference("Who gets them: name@host, the name of a role, or a user or role resource.", [AccountResource.User, AccountResource.Role], required: true),
            ["global"] = Flag("Everywhere on the server."),
            ["schema"] = Reference("On a database: its name, or a schema resource.", ["schema"]),
            ["pattern"] = Text("On databases whose names match, as GRANT spells it: shop\\_%."),
            ["table"] = Reference("On a table, view or sequence: its name, database.name, or its resource.", ["table", "view", "sequence"]),
            ["function"] = Reference("On a function.", ["function"]),
            ["procedure"] = Reference("On a procedure.", ["procedure"]),
            ["privileges"] = Names("Words such as select, create view, or all. All that it has: others are taken away."),
            ["with_grant_option"] = Flag("It may pass on what it has."),
            ["columns"] = Objects("Of a table, what it may do with single columns.", new Dictionary<string, AttributeSchema>
            {
                ["name"] = Text("The column's name.", required: true),
                ["privileges"] = Names("select, insert, update, references.", required: true),
            }),
        },
    };

    public static GrantDefinition Describe(ConfigReader reader)
    {
        var kinds = Kinds.Where(kind => kind == "global" ? reader.Flag("global") == true : reader.Has(kind)).ToList();
        if (kinds.Count != 1)
        {
            reader.Invalid(kinds.Count == 0 ? "table" : kinds[1], $"A grant is on exactly one of {string.Join(", ", Kinds)}");
        }

        var kind = kinds.FirstOrDefault();
        var columns = Columns(reader);
        if (columns.Count > 0 && kind != "table")
        {
            reader.Invalid("columns", "Only a table has columns that could be granted");
        }

        var privileges = Privileges(reader);
        var withGrantOption = reader.Flag("with_grant_option") ?? false;
        if (reader["privileges"] is null or JsonArray { Count: 0 } && columns.Count == 0 && !withGrantOption)
        {
            reader.Error("privileges", DiagnosticCodes.MissingAttribute, "A grant of nothing is none", "Write what may be done, or remove the grant.");
        }

        return new GrantDefinition
        {
            To = reader["to"] is { } node ? reader.Account("to", node) ?? "" : "",
            Global = kind == "global" ? true : null,
            Schema = kind == "schema" ? reader.Named("schema", reader["schema"]!) ?? "" : null,
            Pattern = kind == "pattern" ? Pattern(reader) : null,
            Table = kind == "table" ? Named(reader, "table") : null,
            Function = kind == "function" ? Named(reader, "function") : null,
            Procedure = kind == "procedure" ? Named(reader, "procedure") : null,
            Privileges = privileges,
            WithGrantOption = withGrantOption,
            Columns = columns,
        };
    }

    private static string Named(ConfigReader reader, string attribute) => (reader.Table(attribute, null) ?? new MySqlName(null, "x")).ToString();

    private static string Pattern(ConfigReader reader)
    {
        var pattern = reader.Name("pattern") ?? "%";
        if (GrantDefinition.NameOf(pattern) is { } name)
        {
            reader.Invalid("pattern", $"Only the database {ConfigReader.Shown(name)} matches", "Name it in schema.");
        }

        return pattern;
    }

    private static List<ColumnRights> Columns(ConfigReader reader)
    {
        var columns = new SortedDictionary<string, ColumnRights>(StringComparer.Ordinal);
        foreach (var element in reader.Objects("columns"))
        {
            var column = new ColumnRights { Name = element.Name("name") ?? "", Privileges = Privileges(element) };
            if (!columns.TryAdd(column.Name, column))
            {
                element.Invalid("name", $"The column {column.Name} stands here twice");
            }
        }

        return [.. columns.Values];
    }

    /// <summary>Which there are depends on the server, who says so; what stands here is words.</summary>
    private static List<string> Privileges(ConfigReader reader)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var written in reader.Names("privileges"))
        {
            var word = string.Join(' ', written.Trim().ToLowerInvariant().Split([' ', '_'], StringSplitOptions.RemoveEmptyEntries));
            word = word is "all privileges" ? GrantDefinition.All : word is "read only admin" ? "read_only admin" : word;
            if (word.Length is 0 or > 64 || !word.All(c => char.IsAsciiLetterLower(c) || c is ' ' or '_') || word is "usage" or "grant option")
            {
                reader.Invalid("privileges", $"'{ConfigReader.Shown(written)}' is no privilege", word == "grant option" ? "Write with_grant_option = true." : "SHOW PRIVILEGES lists them.");
                continue;
            }

            words.Add(word);
        }

        return words.Contains(GrantDefinition.All) ? [GrantDefinition.All] : [.. words];
    }
}
