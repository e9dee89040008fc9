using System.Data.Common;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Resources.Programs;

/// <summary>
/// Functions and procedures: https://mariadb.com/kb/en/create-function/. What a body names need not exist before it is called. Types are spelled by the server.
/// </summary>
/// <param name="isFunction">false for procedures.</param>
internal sealed class RoutineHandler(bool isFunction) : SpelledHandler<RoutineDefinition>, IKeepingHandler, IRenamingHandler, IAdaptingHandler<MySqlSession>
{
    /// <summary>A function with this in it is an aggregate one, and no other is.</summary>
    private const string AggregateInstruction = "FETCH GROUP NEXT ROW";

    public override string Description => isFunction ? "A stored function." : "A stored procedure.";

    public override ObjectType Schema => isFunction ? RoutineResource.FunctionSchema : RoutineResource.ProcedureSchema;

    public IReadOnlyCollection<string> Kept { get; } = [ProgramConfig.DefinerAttribute];

    protected override string Type => isFunction ? RoutineResource.Function : RoutineResource.Procedure;

    private string Kind => isFunction ? "FUNCTION" : "PROCEDURE";

    /// <summary>The server renames none.</summary>
    public IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => null;

    public IReadOnlyList<Statement> Adapt(MySqlSession session, JsonObject definition, IReadOnlyList<Statement> statements) =>
        ProgramConfig.WithoutReplace(session, statements, Kind, Format.Read<RoutineDefinition>(definition).Identity);

    /// <summary>Nobody needs the definer's rights for an attempt.</summary>
    public override IReadOnlyList<Statement> CreateInScratch(JsonObject definition, string database, Func<MySqlName, string?> databaseOf) =>
        [Create(Format.Read<RoutineDefinition>(definition) with { Schema = database, Definer = null }, "CREATE ")];

    protected override RoutineDefinition Complete(RoutineDefinition spelled, RoutineDefinition asked) => spelled with { Definer = asked.Definer };

    protected override RoutineDefinition Describe(ConfigReader config) => RoutineResource.Describe(config, isFunction);

    protected override async Task<IReadOnlyList<RoutineDefinition>> ReadAsync(
        MySqlSession session, IReadOnlyCollection<MySqlName>? lookups, SchemaNames names, CancellationToken cancellationToken)
    {
        var found = new Dictionary<(string, string), (RoutineDefinition Routine, string? Collation, List<RoutineParameter> Parameters)>();
        await session.ReadAsync(
            [
                new CatalogQuery(
                    new Statement($"""
                        SELECT ROUTINE_SCHEMA, ROUTINE_NAME, DTD_IDENTIFIER, COLLATION_NAME, DATABASE_COLLATION, IS_DETERMINISTIC, SQL_DATA_ACCESS, SECURITY_TYPE, DEFINER, ROUTINE_COMMENT, ROUTINE_DEFINITION
                        FROM information_schema.ROUTINES WHERE ROUTINE_TYPE = '{Kind}' AND {CatalogScope.Of(session.Database, "ROUTINE_SCHEMA", "ROUTINE_NAME", lookups)} ORDER BY ROUTINE_SCHEMA, ROUTINE_NAME
                        """),
                    row => found[(row.GetString(0), row.GetString(1))] = (Routine(row, names), row.Text(4), [])),
                new CatalogQuery(
                    new Statement($"""
                        SELECT SPECIFIC_SCHEMA, SPECIFIC_NAME, PARAMETER_NAME, DTD_IDENTIFIER, PARAMETER_MODE, COLLATION_NAME FROM information_schema.PARAMETERS
                        WHERE ROUTINE_TYPE = '{Kind}' AND ORDINAL_POSITION > 0 AND {CatalogScope.Of(session.Database, "SPECIFIC_SCHEMA", "SPECIFIC_NAME", lookups)} ORDER BY SPECIFIC_SCHEMA, SPECIFIC_NAME, ORDINAL_POSITION
                        """),
                    row =>
                    {
                        if (found.TryGetValue((row.GetString(0), row.GetString(1)), out var routine))
                        {
                            routine.Parameters.Add(new RoutineParameter
                            {
                                Parameter = row.GetString(2),
                                Type = ColumnType.Canonical(row.GetString(3)),
                                Mode = row.GetString(4) is "OUT" or "INOUT" ? row.GetString(4).ToLowerInvariant() : null,
                                Collation = row.Text(5) == routine.Collation ? null : row.Text(5),
                            });
                        }
                    }),
            ],
            cancellationToken);
        return [.. found.Values.Select(rows => rows.Routine with { Parameters = rows.Parameters })];
    }

    protected override JsonObject ToConfig(RoutineDefinition definition) => RoutineResource.ToConfig(Format.Write(definition));

    protected override IEnumerable<Statement> Create(RoutineDefinition definition) => [Create(definition, "CREATE ")];

    /// <summary>Who may call it stays either way.</summary>
    protected override IEnumerable<Statement> Alter(RoutineDefinition actual, RoutineDefinition desired) =>
        DefinitionJson.AreEqual(actual with { Comment = desired.Comment, Security = desired.Security, DataAccess = desired.DataAccess }, desired)
            ? [new Statement($"ALTER {Kind} {desired.Identity.Quoted}{Characteristics(desired)} COMMENT {MySqlText.Quote(desired.Comment ?? "")}")]
            : [Create(desired, ProgramConfig.Replacing)];

    protected override IEnumerable<Statement> Drop(RoutineDefinition definition) => [new Statement($"DROP {Kind} {definition.Identity.Quoted}")];

    private Statement Create(RoutineDefinition routine, string create)
    {
        var parameters = routine.Parameters.Select(parameter =>
            $"{(parameter.Mode is { } mode ? mode.ToUpperInvariant() + " " : "")}{MySqlName.Quote(parameter.Parameter)} {parameter.Type}{Tables.TableSql.CharacterSet(CharsetOf(parameter.Charset, parameter.Collation), parameter.Collation)}");
        var aggregate = isFunction && routine.Body.Contains(AggregateInstruction, StringComparison.OrdinalIgnoreCase) ? "AGGREGATE " : "";
        var returns = routine.Returns is { } type ? $" RETURNS {type}{Tables.TableSql.CharacterSet(CharsetOf(routine.Charset, routine.Collation), routine.Collation)}" : "";
        return new Statement($"{create}{ProgramConfig.DefinerClause(routine.Definer)}{aggregate}{Kind} {routine.Identity.Quoted}({string.Join(", ", parameters)}){returns}"
            + $"{(routine.Deterministic ? " DETERMINISTIC" : "")}{Characteristics(routine)}{(routine.Comment is { } comment ? " COMMENT " + MySqlText.Quote(comment) : "")}\n{routine.Body}");
    }

    private static string? CharsetOf(string? charset, string? collation) => collation is null ? charset : Collations.CharsetOf(collation);

    private static string Characteristics(RoutineDefinition routine) => $" {(routine.DataAccess ?? "contains sql").ToUpperInvariant()} SQL SECURITY {(routine.Security ?? "definer").ToUpperInvariant()}";

    private static RoutineDefinition Routine(DbDataReader row, SchemaNames names) => new()
    {
        Schema = names.Schema(row.GetString(0)),
        Name = row.GetString(1),
        Returns = row.Text(2) is { Length: > 0 } type ? ColumnType.Canonical(type) : null,
        Collation = row.Text(3) == row.Text(4) ? null : row.Text(3),
        Deterministic = row.Flag(5),
        DataAccess = row.GetString(6) == "CONTAINS SQL" ? null : row.GetString(6).ToLowerInvariant(),
        Security = row.GetString(7) == "INVOKER" ? "invoker" : null,
        Definer = row.Text(8),
        Comment = row.Text(9) is { Length: > 0 } comment ? comment : null,

        // Whoever may not see the body sees NULL.
        Body = StoredProgram.Trim(row.Text(10) ?? ""),
    };
}
