using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>What a user may write about a function or a procedure, and what it describes.</summary>
internal static class RoutineResource
{
    public const string Function = "function";
    public const string Procedure = "procedure";

    private static readonly string[] Accesses = ["contains sql", "contains_sql", "no sql", "no_sql", "reads sql data", "reads_sql_data", "modifies sql data", "modifies_sql_data"];

    public static ObjectType ProcedureSchema { get; } = new() { Attributes = Shared(Procedure) };

    public static ObjectType FunctionSchema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>(Shared(Function))
        {
            ["returns"] = Text("The type of the result.", required: true),
            ["charset"] = Text("Character set of the result. Default: the database's."),
            ["collation"] = Text("Collation of the result. Default: the database's."),
        },
    };

    public static RoutineDefinition Describe(ConfigReader reader, bool isFunction)
    {
        var (charset, collation) = isFunction ? Collations.Describe(reader, reader.Text("returns") ?? "") : default;
        return new RoutineDefinition
        {
            Schema = reader.Schema(),
            Name = reader.Name("name") ?? "",
            Parameters = [.. reader.Objects("parameters").Select(parameter => Parameter(parameter, isFunction))],
            Returns = isFunction ? Type(reader, "returns") : null,
            Charset = collation is null ? charset : null,
            Collation = collation,
            Deterministic = reader.Flag("deterministic") ?? false,
            DataAccess = reader.Choice("data_access", "contains sql", "no sql", "reads sql data", "modifies sql data") is { } access and not "contains sql" ? access : null,
            Security = reader.Choice("security", "definer", "invoker") is "invoker" ? "invoker" : null,
            Definer = reader.DefinerOf(),
            Comment = reader.Comment(),
            Body = reader.BodyOf(),
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        foreach (var parameter in config["parameters"]?.AsArray() ?? [])
        {
            var members = parameter!.AsObject();
            members.Remove("parameter", out var name);
            members.Insert(0, "name", name);
        }

        return config;
    }

    private static RoutineParameter Parameter(ConfigReader reader, bool isFunction)
    {
        var mode = reader.Choice("mode", "in", "out", "inout");
        if (isFunction && mode is "out" or "inout")
        {
            reader.Invalid("mode", "A function's parameters only go in", "What comes out is its result; a procedure may have more.");
        }

        var (charset, collation) = Collations.Describe(reader, reader.Text("type") ?? "");
        return new RoutineParameter
        {
            Parameter = reader.Name("name") ?? "",
            Type = Type(reader, "type"),
            Mode = mode is "out" or "inout" ? mode : null,
            Charset = collation is null ? charset : null,
            Collation = collation,
        };
    }

    private static string Type(ConfigReader reader, string attribute)
    {
        var written = reader.Text(attribute) ?? "int";
        if (SqlTypeName.FaultOf(written, SqlDialect.MySql) is { } fault)
        {
            reader.Invalid(attribute, $"This is not a type: {fault}");
            return "int";
        }

        return ColumnType.Canonical(written);
    }

    private static Dictionary<string, AttributeSchema> Shared(string kind) => new()
    {
        ["name"] = ProgramConfig.Name(kind),
        ["schema"] = ProgramConfig.Schema,
        ["parameters"] = Objects("The parameters, in their order.", new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The parameter's name.", required: true),
            ["type"] = Text("Any type of the server, in any spelling it takes.", required: true),
            ["mode"] = OneOf("Of a procedure's: in (default), out or inout.", "in", "out", "inout"),
            ["charset"] = Text("Character set. Default: the database's."),
            ["collation"] = Text("Collation. Default: the database's."),
        }),
        ["deterministic"] = Flag("The same arguments always give the same result."),
        ["data_access"] = OneOf("contains_sql (default), no_sql, reads_sql_data or modifies_sql_data.", Accesses),
        ["security"] = OneOf("Whose rights count when it is called: definer (default) or invoker.", "definer", "invoker"),
        ["definer"] = ProgramConfig.Definer,
        ["comment"] = Text($"Description stored with the {kind}."),
        ["body"] = ProgramConfig.Body,
    };
}
