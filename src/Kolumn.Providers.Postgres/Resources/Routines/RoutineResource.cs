using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>What a user may write about a function or a procedure, and what it describes.</summary>
internal static class RoutineResource
{
    public const string Function = "function";
    public const string Procedure = "procedure";

    private const string SetOf = "SETOF ";

    public static ObjectType ProcedureSchema { get; } = new() { Attributes = Shared("procedure") };

    public static ObjectType FunctionSchema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>(Shared("function"))
        {
            ["returns"] = Any("A type in any spelling, SETOF and a type, or a type or table resource. Left out where out arguments say it."),
            ["returns_table"] = Objects("The columns of RETURNS TABLE.", new Dictionary<string, AttributeSchema>
            {
                ["name"] = Text("The column's name.", required: true),
                ["type"] = Any("Its type.", required: true),
            }),
            ["volatility"] = OneOf("volatile (default), stable or immutable.", "volatile", "stable", "immutable"),
            ["strict"] = Flag("NULL as any argument makes NULL the result, and the function is not called."),
            ["leakproof"] = Flag("Tells nothing about its arguments but by its result."),
            ["parallel"] = OneOf("unsafe (default), restricted or safe.", "unsafe", "restricted", "safe"),
            ["cost"] = Real("Estimated cost of a call in units of cpu_operator_cost. Default: 100."),
            ["rows"] = Real("Estimated number of rows of a set. Default: 1000."),
        },
    };

    public static ProcedureDefinition DescribeProcedure(ConfigReader reader) =>
        (ProcedureDefinition)Describe(reader, new ProcedureDefinition { Schema = "", Name = "", Language = "" });

    public static FunctionDefinition DescribeFunction(ConfigReader reader)
    {
        var function = (FunctionDefinition)Describe(reader, new FunctionDefinition { Schema = "", Name = "", Language = "" });
        var table = reader.Objects("returns_table").Select(column => new ResultColumn(column.Name("name") ?? "", RoutineNames.WithoutLength(column.Type("type").Name))).ToList();
        var hasOut = function.Arguments.Any(argument => argument.Mode is RoutineArgument.Out or "inout");
        var returns = Returns(reader);
        if (returns is null && table.Count == 0 && !hasOut)
        {
            reader.Error("returns", DiagnosticCodes.MissingAttribute, "A function says what it returns", "Write returns, returns_table or an out argument; a function without a result returns void.");
        }

        if (table.Count > 0 && (returns is not null || hasOut))
        {
            reader.Invalid("returns_table", "A function that returns a table has neither returns nor out arguments");
        }

        return function with
        {
            // What out arguments imply is not said twice.
            Returns = hasOut && returns?.StartsWith(SetOf, StringComparison.Ordinal) != true ? null : returns,
            ReturnsTable = table,
            Volatility = Unless("volatile", reader.Choice("volatility", "volatile", "stable", "immutable")),
            Strict = reader.Flag("strict") ?? false,
            Leakproof = reader.Flag("leakproof") ?? false,
            Parallel = Unless("unsafe", reader.Choice("parallel", "unsafe", "restricted", "safe")),
            Cost = reader.Real("cost") is var cost && cost == 100 ? null : cost,
            Rows = reader.Real("rows") is var rows && rows == 1000 ? null : rows,
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        Rename(config["arguments"], "argument");
        Rename(config["returns_table"], "column");
        foreach (var argument in config["arguments"]?.AsArray() ?? [])
        {
            if ((string?)argument!["default"] is { } expression)
            {
                argument["default"] = DefaultText.Of(expression);
            }
        }

        return config;
    }

    private static void Rename(JsonNode? list, string member)
    {
        foreach (var element in list?.AsArray() ?? [])
        {
            var shown = element!.AsObject();
            if (shown.Remove(member, out var name))
            {
                shown.Insert(0, "name", name);
            }
        }
    }

    private static RoutineDefinition Describe(ConfigReader reader, RoutineDefinition empty)
    {
        var (body, sqlBody) = (reader.Text("body"), SqlBody(reader));
        if (body is null == sqlBody is null)
        {
            reader.Invalid("body", "A routine has either a body or an sql_body", "body is a text in the language; sql_body is RETURN … or BEGIN ATOMIC … END.");
        }

        if (body?.Contains('\0', StringComparison.Ordinal) == true)
        {
            reader.Invalid("body", "A body cannot hold the NUL character");
        }

        var language = reader.Name("language", required: false)?.ToLowerInvariant() ?? "sql";
        if (sqlBody is not null && language != "sql")
        {
            reader.Invalid("language", "An sql_body is in the language sql");
        }

        return empty with
        {
            Schema = reader.Schema(),
            Name = reader.Name("name") ?? "",
            Arguments = [.. reader.Objects("arguments").Select(Argument)],
            Language = language,
            Body = body,
            SqlBody = sqlBody,
            SecurityDefiner = reader.Flag("security_definer") ?? false,
            Set = RoutineSettings.Describe(reader, "set"),
            Comment = reader.Comment(),
            Owner = reader.Owner(),
        };
    }

    private static RoutineArgument Argument(ConfigReader reader)
    {
        var mode = Unless("in", reader.Choice("mode", "in", RoutineArgument.Out, "inout", "variadic"));
        if (mode == RoutineArgument.Out && reader.Has("default"))
        {
            reader.Invalid("default", "What comes out has no default");
        }

        return new RoutineArgument
        {
            Argument = reader.Name("name", required: false),
            Type = RoutineNames.WithoutLength(reader.Type("type").Name),
            Mode = mode,
            Default = reader.Default(),
        };
    }

    private static string? Returns(ConfigReader reader)
    {
        if (reader["returns"] is not { } node)
        {
            return null;
        }

        if (node is JsonObject)
        {
            return RoutineNames.WithoutLength(reader.Type("returns").Name);
        }

        var text = (reader.Text("returns") ?? "").Trim();
        if (text.StartsWith("table", StringComparison.OrdinalIgnoreCase) && text[5..].TrimStart().StartsWith('('))
        {
            reader.Invalid("returns", "The columns of a returned table are written in returns_table", "For example returns_table = [{ name = \"id\", type = \"int\" }].");
            return null;
        }

        var set = text.StartsWith(SetOf, StringComparison.OrdinalIgnoreCase);
        return (set ? SetOf : "") + RoutineNames.WithoutLength(reader.Type("returns", set ? text[SetOf.Length..].Trim() : text).Name);
    }

    /// <summary>Its end is PostgreSQL's business; that it holds no open quote or comment is checked here.</summary>
    private static string? SqlBody(ConfigReader reader)
    {
        var text = reader.Text("sql_body")?.Trim();
        if (text is null)
        {
            return null;
        }

        var atomic = text.StartsWith("BEGIN", StringComparison.OrdinalIgnoreCase);
        if (!atomic && !text.StartsWith("RETURN", StringComparison.OrdinalIgnoreCase))
        {
            reader.Invalid("sql_body", "An sql_body begins with RETURN or BEGIN ATOMIC");
        }
        else if (SqlFragment.FaultOf(text, atomic ? SqlFragmentKind.Statements : SqlFragmentKind.Expression, SqlDialect.Postgres) is { } fault)
        {
            reader.Invalid("sql_body", $"This cannot stand in a statement: {fault}");
        }

        return text;
    }

    private static string? Unless(string standard, string? word) => word == standard ? null : word;

    private static Dictionary<string, AttributeSchema> Shared(string kind) => new()
    {
        ["name"] = Text($"The {kind}'s name; taken literally.", required: true),
        ["schema"] = Reference("Name of the schema, or a schema resource. Default: public.", ["schema"]),
        ["arguments"] = Objects("The arguments, in their order.", new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The argument's name; it may have none."),
            ["type"] = Any("Its type in any spelling, or a type or table resource.", required: true),
            ["mode"] = OneOf("in (default), out, inout or variadic.", "in", "out", "inout", "variadic"),
            ["default"] = Any("A number, a boolean, a text, or an SQL expression such as now()."),
        }),
        ["language"] = Text("Default: sql."),
        ["body"] = Text("What it does, in its language, exactly as it shall be kept."),
        ["sql_body"] = Text("RETURN … or BEGIN ATOMIC … END: SQL that PostgreSQL understands when it is made (14 and later)."),
        ["security_definer"] = Flag("Runs with the rights of its owner."),
        ["set"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "Settings that hold while it runs, such as search_path." },
        ["comment"] = Text($"Description stored with the {kind}."),
        ["owner"] = RoleResource.Owner,
    };
}
