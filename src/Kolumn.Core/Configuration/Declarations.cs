using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary><c>variable "name" { … }</c>.</summary>
internal sealed record VariableBlock(string Name, BlockSyntax Syntax);

/// <summary>One attribute of a <c>locals</c> block.</summary>
internal sealed record LocalValue(string Name, AttributeSyntax Syntax);

/// <summary><c>output "name" { … }</c>.</summary>
internal sealed record OutputBlock(string Name, BlockSyntax Syntax);

/// <summary><c>provider "id" { … }</c> or, with a second label, an alias of it.</summary>
internal sealed record ProviderBlock(string Id, string? Alias, BlockSyntax Syntax)
{
    /// <summary><c>postgres</c> or <c>postgres.production</c>.</summary>
    public string Instance => Alias is null ? Id : $"{Id}.{Alias}";
}

/// <summary><c>create type name { … }</c>.</summary>
internal sealed record ResourceBlock(string Type, string Name, BlockSyntax Syntax)
{
    public string Address => $"{Type}.{Name}";

    public SourceRange Place => Syntax.HeaderRange;
}

/// <summary><c>migration "name" { … }</c>.</summary>
internal sealed record MigrationBlock(string Name, BlockSyntax Syntax);

/// <summary>A provider as the project asks for it.</summary>
/// <param name="Id">The name that stands in <c>provider "id"</c>.</param>
/// <param name="Source">Where it comes from, when the project says so.</param>
/// <param name="Version">Which versions will do, when the project says so: what all its blocks and its requirement admit.</param>
/// <param name="Transport"><c>tcp</c> or <c>unix</c>, when the project says so.</param>
/// <param name="Instances"><c>postgres</c>, <c>postgres.production</c> …</param>
public sealed record RequiredProvider(string Id, string? Source, VersionConstraint? Version, string? Transport, IReadOnlyList<string> Instances)
{
    /// <summary>Its first block.</summary>
    public SourcePlace? Place { get; init; }
}
