using System.Data.Common;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>Reads functions or procedures in one query. Column numbers are those of its select list.</summary>
internal static class RoutineCatalog
{
    /// <param name="lookups">Null for all.</param>
    public static Task<IReadOnlyList<FunctionDefinition>> ReadFunctionsAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ReadAsync(session, "f", lookups, row => Function(row, names), cancellationToken);

    /// <param name="lookups">Null for all.</param>
    public static Task<IReadOnlyList<ProcedureDefinition>> ReadProceduresAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        ReadAsync(session, "p", lookups, row => (ProcedureDefinition)Filled(new ProcedureDefinition { Schema = "", Name = "", Language = "" }, row, names), cancellationToken);

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        PostgresSession session, string kind, IReadOnlyCollection<QualifiedName>? lookups, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        await session.ReadAsync([CatalogQuery.Of(CatalogSql.Routines, lookups, row => found.Add(read(row)), kind)], cancellationToken);
        return found;
    }

    private static FunctionDefinition Function(DbDataReader row, SchemaNames names)
    {
        var function = (FunctionDefinition)Filled(new FunctionDefinition { Schema = "", Name = "", Language = "" }, row, names);
        var table = Arguments(row, names).Where(argument => argument.Mode == "t").Select(argument => new ResultColumn(argument.Name ?? "", argument.Type)).ToList();
        var result = names.Sql(row.Text(14));
        var implied = table.Count > 0 || (!row.GetBoolean(15) && function.Arguments.Any(argument => argument.Mode is RoutineArgument.Out or "inout"));
        return function with
        {
            Returns = implied ? null : result,
            ReturnsTable = table,
            Volatility = row.GetString(16) switch { "i" => "immutable", "s" => "stable", _ => null },
            Strict = row.GetBoolean(17),
            Leakproof = row.GetBoolean(18),
            Parallel = row.GetString(19) switch { "s" => "safe", "r" => "restricted", _ => null },
            Cost = row.GetFloat(20) is var cost && cost == 100 ? null : cost,
            Rows = row.GetFloat(21) is var rows && rows is 0 or 1000 ? null : rows,
        };
    }

    private static RoutineDefinition Filled(RoutineDefinition empty, DbDataReader row, SchemaNames names)
    {
        var sqlBody = names.Sql(row.Text(4));
        return empty with
        {
            Schema = names.Schema(row.GetString(0)),
            Name = row.GetString(1),
            Language = row.GetString(2),
            Body = sqlBody is null ? row.GetString(3) : null,
            SqlBody = sqlBody,
            SecurityDefiner = row.GetBoolean(5),
            Set = RoutineSettings.Read(row.List<string>(6)),
            Comment = row.Text(7),
            Owner = row.GetString(8),
            Arguments =
            [
                .. Arguments(row, names).Where(argument => argument.Mode != "t").Select(argument => new RoutineArgument
                {
                    Argument = argument.Name,
                    Type = argument.Type,
                    Mode = argument.Mode switch { "o" => RoutineArgument.Out, "b" => "inout", "v" => "variadic", _ => null },
                    Default = argument.Default,
                }),
            ],
        };
    }

    private static IEnumerable<(string? Name, string Type, string Mode, string? Default)> Arguments(DbDataReader row, SchemaNames names)
    {
        var (argumentNames, types, modes, defaults) = (row.List<string>(9), row.List<string>(10), row.List<string>(11), row.GetFieldValue<string?[]>(12));
        for (var at = 0; at < types.Length; at++)
        {
            yield return (
                argumentNames.ElementAtOrDefault(at) is { Length: > 0 } name ? name : null,
                names.Sql(types[at])!,
                modes.Length > 0 ? modes[at] : "i",
                names.Sql(defaults.ElementAtOrDefault(at)));
        }
    }
}
