using System.Text.Json.Serialization;
using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources.Routines;

/// <summary>What functions and procedures share, as the catalog reports it.</summary>
internal abstract record RoutineDefinition : IObjectDefinition
{
    public required string Schema { get; init; }

    public required string Name { get; init; }

    /// <summary>In their order; those of a RETURNS TABLE are not among them.</summary>
    public IReadOnlyList<RoutineArgument> Arguments { get; init => field = value ?? []; } = [];

    public required string Language { get; init; }

    /// <summary>As the language reads it, exactly as it was written. Either this or <see cref="SqlBody"/>.</summary>
    public string? Body { get; init; }

    /// <summary>A body that PostgreSQL has understood: <c>RETURN …</c> or <c>BEGIN ATOMIC … END</c> (PostgreSQL 14 and later).</summary>
    public string? SqlBody { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SecurityDefiner { get; init; }

    /// <summary>Settings that hold while it runs, by their names in lower case, sorted.</summary>
    public IReadOnlyDictionary<string, string>? Set { get; init; }

    public string? Comment { get; init; }

    public string? Owner { get; init; }

    [JsonIgnore]
    public abstract SqlObject Sql { get; }

    /// <summary>Quoted, with the types of what goes in: which of the overloads it is.</summary>
    [JsonIgnore]
    public string Signature => $"{new QualifiedName(Schema, Name).Quoted}({string.Join(", ", Arguments.Where(argument => argument.GoesIn).Select(argument => argument.Type))})";
}

/// <summary>The member is called argument, not name: lists of named objects are compared in any order, and arguments have one.</summary>
internal sealed record RoutineArgument
{
    public const string Out = "out";

    /// <summary>Its name; absent when it has none.</summary>
    public string? Argument { get; init; }

    public required string Type { get; init; }

    /// <summary><c>out</c>, <c>inout</c> or <c>variadic</c>; absent for in.</summary>
    public string? Mode { get; init; }

    /// <summary>An SQL expression.</summary>
    public string? Default { get; init; }

    [JsonIgnore]
    public bool GoesIn => Mode != Out;
}

internal sealed record ProcedureDefinition : RoutineDefinition
{
    [JsonIgnore]
    public override SqlObject Sql => new("PROCEDURE", Signature);
}

internal sealed record FunctionDefinition : RoutineDefinition
{
    /// <summary>A type, perhaps behind SETOF; absent where arguments or <see cref="ReturnsTable"/> say it.</summary>
    public string? Returns { get; init; }

    /// <summary>Of RETURNS TABLE, in their order.</summary>
    public IReadOnlyList<ResultColumn> ReturnsTable { get; init => field = value ?? []; } = [];

    /// <summary><c>immutable</c> or <c>stable</c>; absent for volatile.</summary>
    public string? Volatility { get; init; }

    /// <summary>NULL in, NULL out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Strict { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Leakproof { get; init; }

    /// <summary><c>safe</c> or <c>restricted</c>; absent for unsafe.</summary>
    public string? Parallel { get; init; }

    /// <summary>Absent for PostgreSQL's default, 100.</summary>
    public double? Cost { get; init; }

    /// <summary>Absent for PostgreSQL's default, 1000 of a set.</summary>
    public double? Rows { get; init; }

    [JsonIgnore]
    public override SqlObject Sql => new("FUNCTION", Signature);
}

/// <summary>The member is called column for the reason that <see cref="RoutineArgument"/> gives.</summary>
internal sealed record ResultColumn(string Column, string Type);
