using System.Globalization;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>Functions and procedures as SQL: PostgreSQL manual, CREATE FUNCTION and CREATE PROCEDURE.</summary>
internal static class RoutineSql
{
    public static Statement Create(RoutineDefinition routine, bool replace = false)
    {
        var function = routine as FunctionDefinition;
        var arguments = string.Join(", ", routine.Arguments.Select(Argument));
        IEnumerable<string> lines =
        [
            $"CREATE {(replace ? "OR REPLACE " : "")}{routine.Sql.Kind} {new QualifiedName(routine.Schema, routine.Name).Quoted}({arguments})",
            .. function is null ? [] : Result(function),
            string.Join(' ', Attributes(routine, function).Prepend($"LANGUAGE {SqlIdentifier.Quote(routine.Language)}")),
            .. RoutineSettings.ToSql(routine.Set),
            routine.SqlBody ?? $"AS {Quoted(routine.Body ?? "")}",
        ];
        return new Statement(string.Join('\n', lines));
    }

    private static string Argument(RoutineArgument argument) => string.Join(' ',
    [
        .. argument.Mode is { } mode ? [mode.ToUpperInvariant()] : Array.Empty<string>(),
        .. argument.Argument is { } name ? [SqlIdentifier.Quote(name)] : Array.Empty<string>(),
        argument.Type,
        .. argument.Default is { } expression ? [$"DEFAULT {expression}"] : Array.Empty<string>(),
    ]);

    private static string[] Result(FunctionDefinition function) => function switch
    {
        { ReturnsTable.Count: > 0 } => [$"RETURNS TABLE ({string.Join(", ", function.ReturnsTable.Select(column => $"{SqlIdentifier.Quote(column.Column)} {column.Type}"))})"],
        { Returns: { } type } => [$"RETURNS {type}"],
        _ => [],
    };

    private static IEnumerable<string> Attributes(RoutineDefinition routine, FunctionDefinition? function) =>
    [
        .. function?.Volatility is { } volatility ? [volatility.ToUpperInvariant()] : Array.Empty<string>(),
        .. function?.Strict == true ? ["STRICT"] : Array.Empty<string>(),
        .. function?.Leakproof == true ? ["LEAKPROOF"] : Array.Empty<string>(),
        .. routine.SecurityDefiner ? ["SECURITY DEFINER"] : Array.Empty<string>(),
        .. function?.Parallel is { } parallel ? [$"PARALLEL {parallel.ToUpperInvariant()}"] : Array.Empty<string>(),
        .. function?.Cost is { } cost ? [string.Create(CultureInfo.InvariantCulture, $"COST {cost}")] : Array.Empty<string>(),
        .. function?.Rows is { } rows ? [string.Create(CultureInfo.InvariantCulture, $"ROWS {rows}")] : Array.Empty<string>(),
    ];

    /// <summary>In dollars, so that a plan shows the body as it was written, with a tag that does not occur in it.</summary>
    private static string Quoted(string body)
    {
        var tag = "$body$";
        for (var number = 1; body.Contains(tag[..^1], StringComparison.Ordinal); number++)
        {
            tag = string.Create(CultureInfo.InvariantCulture, $"$body{number}$");
        }

        return $"{tag}{body}{tag}";
    }
}
