using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>What triggers, routines and events have in common.</summary>
internal static class ProgramConfig
{
    /// <summary>Attributes that stay what they are while a configuration leaves them out.</summary>
    public const string DefinerAttribute = "definer";

    public static AttributeSchema Name(string kind) => Text($"The {kind}'s name; taken literally.", required: true);

    public static AttributeSchema Schema { get; } = Reference("Name of the database, or a schema resource. Default: the one that the provider block names.", ["schema"]);

    public static AttributeSchema Definer { get; } = Reference("Whose rights count: name@host, or a user. Left out, it stays who it is; of something new it is the provider's user.", ["user"]);

    public static AttributeSchema Body { get; } = Text("One statement, which may be BEGIN … END; kept letter by letter.", required: true);

    public static string BodyOf(this ConfigReader reader)
    {
        var body = StoredProgram.Trim(reader.Text("body") ?? "");
        if (reader.Has("body") && StoredProgram.FaultOf(body) is { } fault)
        {
            reader.Invalid("body", $"This is no statement: {fault}");
        }

        return body;
    }

    /// <summary>null when it is left out, or after an error.</summary>
    public static string? DefinerOf(this ConfigReader reader) => reader[DefinerAttribute] is { } node ? reader.Account(DefinerAttribute, node) : null;

    /// <summary><c>DEFINER='app'@'localhost' </c>, or nothing.</summary>
    public static string DefinerClause(string? definer) => definer is null ? "" : $"DEFINER={MySqlAccount.Parse(definer).Quoted} ";

    /// <summary>MySQL replaces nothing: there it is dropped and made again.</summary>
    /// <param name="kind">As DROP names it, in capitals.</param>
    public static IReadOnlyList<Statement> WithoutReplace(MySqlSession session, IReadOnlyList<Statement> statements, string kind, MySqlName name) => session.Server.IsMariaDb
        ? statements
        : [.. statements.SelectMany(statement => statement.Text.StartsWith(Replacing, StringComparison.Ordinal)
            ? [new Statement($"DROP {kind} {name.Quoted}"), statement with { Text = string.Concat("CREATE ", statement.Text.AsSpan(Replacing.Length)) }]
            : new[] { statement })];

    public const string Replacing = "CREATE OR REPLACE ";
}
