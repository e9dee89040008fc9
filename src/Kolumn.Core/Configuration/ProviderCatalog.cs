using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Which provider instance a resource belongs to: by what the providers say they can manage, since a type's first word does
/// not always tell; among the instances of a provider by the block's <c>provider</c> argument, else the one without alias,
/// else the only one there is.
/// </summary>
/// <param name="project">Whose provider blocks count.</param>
/// <param name="capabilities">By provider id, of those that answered.</param>
/// <param name="failed">Provider ids that did not; that has been said, and their types are passed over in silence.</param>
/// <param name="installed">Provider ids that could be used if they had a block.</param>
internal sealed class ProviderCatalog(
    ProjectSyntax project, IReadOnlyDictionary<string, Capabilities> capabilities, IReadOnlySet<string> failed, IReadOnlyList<string> installed)
{
    private readonly Dictionary<string, (string Id, ResourceKind Kind)> _kinds = capabilities
        .SelectMany(c => c.Value.ResourceKinds.Select(kind => (Id: c.Key, Kind: kind)))
        .GroupBy(k => k.Kind.Type, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    public ResourceKind? KindOf(string type) => _kinds.TryGetValue(type, out var found) ? found.Kind : null;

    /// <summary>Null after a diagnostic, or when the provider has failed already.</summary>
    public (string Instance, ResourceKind Kind)? Resolve(ResourceBlock block, DiagnosticList diagnostics)
    {
        if (!_kinds.TryGetValue(block.Type, out var owner))
        {
            ReportUnknownType(block, diagnostics);
            return null;
        }

        return InstanceOf(block.Syntax, block.Type, owner.Id, diagnostics) is { } instance ? (instance, owner.Kind) : null;
    }

    /// <summary>Whose database a migration is for: its resource's, the one that it names, or the only one.</summary>
    /// <param name="resourceType">Of the resource that it is about; null: of none.</param>
    public string? Resolve(MigrationBlock block, string? resourceType, DiagnosticList diagnostics)
    {
        var owner = resourceType is not null && _kinds.TryGetValue(resourceType, out var found) ? found.Id : null;
        return InstanceOf(block.Syntax, "The migration", owner, diagnostics);
    }

    /// <param name="subject">Of a message.</param>
    /// <param name="owner">The provider's id; null: any.</param>
    private string? InstanceOf(BlockSyntax block, string subject, string? owner, DiagnosticList diagnostics)
    {
        if (block.Body.Attribute("provider") is { } chosen)
        {
            return Choose(subject, chosen, owner, diagnostics);
        }

        var instances = project.Providers.Values.Where(p => owner is null || p.Id == owner).ToList();
        if (owner is not null && instances.Find(p => p.Alias is null) is { } plain)
        {
            return plain.Instance;
        }

        switch (instances)
        {
            case [var only]:
                return only.Instance;
            case []:
                diagnostics.Error(CoreCodes.MissingProvider, block.HeaderRange, "There is no provider", "Write a block provider \"NAME\" { … } that says where the database is.");
                return null;
            default:
                diagnostics.Error(
                    CoreCodes.AmbiguousProvider, block.HeaderRange, owner is null ? "Several providers" : $"Several {owner} providers, none of them the default",
                    $"Choose one with provider = {instances[0].Instance}; there are {string.Join(", ", instances.Select(i => i.Instance))}.");
                return null;
        }
    }

    private string? Choose(string subject, AttributeSyntax chosen, string? owner, DiagnosticList diagnostics)
    {
        var name = chosen.Expression is LiteralExpression { Value.Kind: ValueKind.String } literal
            ? literal.Value.AsString()
            : References.AsReference(chosen.Expression)?.ToString();
        if (name is not null && name.StartsWith("provider.", StringComparison.Ordinal))
        {
            name = name["provider.".Length..];
        }

        if (name is not null && project.Providers.TryGetValue(name, out var provider))
        {
            if (owner is null || provider.Id == owner)
            {
                return name;
            }

            diagnostics.Error(
                CoreCodes.MissingProvider, chosen.Expression.Range, "Wrong provider", $"{subject} belongs to the {owner} provider, and {name} is another one.");
            return null;
        }

        diagnostics.Error(
            CoreCodes.MissingProvider, chosen.Expression.Range, $"There is no provider {name ?? "of that name"}",
            $"provider takes the name of a provider block, as {owner ?? "postgres"} or {owner ?? "postgres"}.alias.{DidYouMean.Ask(name ?? "", project.Providers.Keys)}");
        return null;
    }

    private void ReportUnknownType(ResourceBlock block, DiagnosticList diagnostics)
    {
        if (failed.Any(id => IsPrefix(id, block.Type)))
        {
            return;
        }

        var place = block.Syntax.Labels[0].Range;
        var missing = installed.Where(id => IsPrefix(id, block.Type) && !capabilities.ContainsKey(id)).MaxBy(id => id.Length);
        var near = DidYouMean.Ask(block.Type, _kinds.Keys);
        if (missing is not null || (near.Length == 0 && !capabilities.Keys.Any(id => IsPrefix(id, block.Type))))
        {
            var word = missing ?? block.Type.Split('_')[0];
            diagnostics.Error(
                CoreCodes.MissingProvider, place, $"No provider for {block.Type}",
                $"Add a block provider \"{word}\" {{ … }}{(missing is null ? $"; no installed provider is called {word}, installed are {string.Join(", ", installed)}" : "")}.");
            return;
        }

        var known = string.Join(", ", _kinds.Keys.Order(StringComparer.Ordinal).Take(30));
        diagnostics.Error(CoreCodes.UnknownResourceType, place, $"Unknown resource type \"{block.Type}\"", near.Length > 0 ? near.TrimStart() : $"The providers of this project know {known}.");
    }

    private static bool IsPrefix(string id, string type) => type.StartsWith(id + "_", StringComparison.Ordinal);
}
