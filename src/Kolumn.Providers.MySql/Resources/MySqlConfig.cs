using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>What a configuration of MySQL's objects may say beside what others say too.</summary>
internal static class MySqlConfig
{
    private const string Unnamed = "";
    private const string UserType = "mysql_user";
    private const string RoleType = "mysql_role";

    private static readonly ReferenceReading References = new("mysql_", Unnamed);

    /// <summary>The database in which the object lives: a name, the address of a schema resource or the resource itself; null for the connection's own.</summary>
    public static string? Schema(this ConfigReader reader) => reader["schema"] is { } node && reader.Named("schema", node) is { } name ? reader.Folded(name) : null;

    /// <summary>Another table: a name, the address of a table resource or the resource itself; null after an error or when absent.</summary>
    public static MySqlName? Table(this ConfigReader reader, string attribute, string? defaultSchema)
    {
        if (reader[attribute] is not { } node)
        {
            reader.Error(attribute, DiagnosticCodes.MissingAttribute, $"'{attribute}' is missing");
            return null;
        }

        if (References.Object(node, defaultSchema ?? Unnamed, reader.Context) is not var (schema, name))
        {
            reader.Invalid(attribute, "This names no table", "Write a name, database.name or a reference such as mysql_table.users.");
            return null;
        }

        return reader.Checked(attribute, schema, name);
    }

    /// <summary>A table outside of a block that has a database of its own; null when none is meant.</summary>
    public static MySqlName? TableOf(JsonNode reference, DescribeContext context) => References.Object(reference, Unnamed, context) is not var (schema, name) ? null
        : new MySqlName(schema.Length == 0 || schema == context.DefaultSchema ? null : schema, name);

    /// <summary>A column of another table, or a whole table for its primary key; null after an error.</summary>
    public static (MySqlName Table, string? Column)? TableOrColumn(this ConfigReader reader, string attribute, string? defaultSchema)
    {
        if (References.ObjectOrColumn(reader[attribute]!, defaultSchema ?? Unnamed, reader.Context) is not var (table, column))
        {
            reader.Invalid(attribute, "This names no column of a table", "Write users.id or a reference such as mysql_table.users.id.");
            return null;
        }

        return reader.Checked(attribute, table.Schema, table.Name) is { } name ? (name, column) : null;
    }

    /// <summary>The name of something that lives in no database, or the resource that it is; null after an error.</summary>
    public static string? Named(this ConfigReader reader, string attribute, JsonNode node)
    {
        var name = References.Name(node, reader.Context);
        var fault = name is null ? "it is neither a name nor a resource" : reader.NameFault(name);
        return fault is null ? name : reader.Refuse(attribute, $"This cannot be used as {attribute}: {fault}");
    }

    /// <summary>
    /// Who: name@host, the name of a role, or a user or role resource; null after an error. A name without a host is a user's where the configuration has a user
    /// of that name and no role.
    /// </summary>
    public static string? Account(this ConfigReader reader, string attribute, JsonNode node)
    {
        var text = node is JsonObject resource ? (string?)resource["id"] : node is JsonValue value && value.TryGetValue<string>(out var written) ? written : null;
        MySqlAccount? account = null;
        if (text is not null && ResourceAddress.TryParse(text, out var address) && address.Type is UserType or RoleType)
        {
            account = Configured(text, address.Name, address.Type == UserType);
        }
        else if (text is not null)
        {
            account = text.Contains('@', StringComparison.Ordinal) ? MySqlAccount.Parse(text)
                : reader.Context.ConfigOf($"{UserType}.{text}") is not null && reader.Context.ConfigOf($"{RoleType}.{text}") is null ? Configured($"{UserType}.{text}", text, isUser: true)
                : new MySqlAccount(text, null);
        }

        var fault = account is { } known ? AccountFault(known) : "it is neither a name nor a resource";
        return fault is null ? account.ToString() : reader.Refuse(attribute, $"This cannot be used as {attribute}: {fault}", "Write name@host, the name of a role, or a reference such as mysql_user.app.");

        MySqlAccount Configured(string id, string label, bool isUser)
        {
            var config = reader.Context.ConfigOf(id);
            return new MySqlAccount((string?)config?["name"] ?? label, isUser ? (string?)config?["host"] ?? MySqlAccount.AnyHost : null);
        }
    }

    /// <summary>Why the server has no such account; null when it can. Names are shorter and hosts longer than other names.</summary>
    public static string? AccountFault(MySqlAccount account) =>
        account.Name.Length == 0 && account.Host is null ? "a name cannot be empty"
        : account.Name.Length > 80 || account.Name.Any(char.IsControl) ? "a user's name has at most 80 characters, none of them control characters"
        : account.Host is { } host && (host.Length > 255 || host.Any(c => char.IsControl(c) || c == '@')) ? "a host has at most 255 characters, none of them control characters or @"
        : null;

    /// <summary>What stands in a statement as a word, an engine or a collation.</summary>
    public static string? Word(this ConfigReader reader, string attribute) => reader.Text(attribute) is not { } word ? null
        : word.Length is > 0 and <= 64 && word.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') ? word
        : reader.Refuse(attribute, $"'{ConfigReader.Shown(word)}' is not a word of letters, digits and underscores");

    private static MySqlName? Checked(this ConfigReader reader, string attribute, string schema, string name)
    {
        var fault = (schema.Length == 0 ? null : reader.NameFault(schema)) ?? reader.NameFault(name);
        if (fault is not null)
        {
            reader.Invalid(attribute, $"'{ConfigReader.Shown(name)}' cannot name a table: {fault}");
            return null;
        }

        return new MySqlName(schema.Length == 0 ? null : reader.Folded(schema), name);
    }

    /// <summary>The connection's own database is not named.</summary>
    private static string? Folded(this ConfigReader reader, string schema) => schema == reader.Context.DefaultSchema ? null : schema;
}
