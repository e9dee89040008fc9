using System.Text.Json.Nodes;
using Kolumn.Core.Configuration;
using Kolumn.Protocol;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Discovering;

/// <summary>
/// The configuration of what exists: one file for each kind of resource, in the order in which the provider lists its kinds; in a file
/// by schema, table and name. The same database gives the same text.
/// </summary>
internal static class DiscoveredProject
{
    /// <summary>
    /// 1. What was found is brought into its order and gets its labels.
    /// 2. What names another resource is found.
    /// 3. Everything is written.
    /// </summary>
    public static IReadOnlyList<DiscoveredFile> Write(Inventory inventory, ProjectSyntax project, DiagnosticList diagnostics)
    {
        // 1
        var kinds = inventory.Capabilities.ResourceKinds.Select((kind, at) => (kind, at)).ToDictionary(k => k.kind.Type, StringComparer.Ordinal);
        foreach (var type in inventory.Fresh.Select(r => r.Type).Where(t => !kinds.ContainsKey(t)).Distinct(StringComparer.Ordinal))
        {
            diagnostics.Error(CoreCodes.ProviderDefect, $"Provider {inventory.Block.Instance} does not keep the contract", $"It has found a {type}, which it does not list among its types.");
        }

        if (diagnostics.HasErrors)
        {
            return [];
        }

        var ordered = inventory.Fresh
            .OrderBy(r => kinds[r.Type].at)
            .ThenBy(r => KlText.TextOf(r.Config["schema"]) ?? "", StringComparer.Ordinal)
            .ThenBy(r => KlText.TextOf(r.Config["table"]) ?? "", StringComparer.Ordinal)
            .ThenBy(r => r.Name, StringComparer.Ordinal)
            .ThenBy(r => CanonicalJson.Hash(r.Config), StringComparer.Ordinal)
            .ToList();
        var labels = Labels.Of(ordered, project.Resources.Keys);
        var prefix = inventory.Capabilities.Provider + "_";
        var resources = ordered.Select((r, i) => new FoundResource(r, kinds[r.Type].kind, labels[i], prefix)).ToList();

        // 2
        var links = new ResourceLinks(resources);

        // 3
        var provider = SaysItsProvider(inventory.Block, project) ? inventory.Block.Instance : null;
        var files = resources
            .Select((resource, i) => (resource, text: Write(resource, i, links, provider, diagnostics)))
            .GroupBy(r => r.resource.Kind.Type, StringComparer.Ordinal)
            .Select(g => new DiscoveredFile(FileNameOf(g.Key, prefix), null, string.Join('\n', g.Select(r => r.text)), [.. g.Select(r => r.resource.Address)]));
        return [.. files];
    }

    private static string Write(FoundResource resource, int at, ResourceLinks links, string? provider, DiagnosticList diagnostics)
    {
        var values = new KlText((schema, text) => links.AddressOf(at, schema, text));
        var (text, leftOut) = ResourceText.Write(resource.Kind, resource.Label, resource.Found.Config, values, provider);
        foreach (var path in leftOut)
        {
            var summary = $"{path} of {resource.Address} is not written";
            var warning = ResourceText.IsReserved(path)
                ? Diagnostic.Warning(CoreCodes.ProviderDefect, summary, "A create block has an argument of that name, so that the provider's attribute cannot be given. Its author has to rename it.")
                : Diagnostic.Warning(CoreCodes.SensitiveLeftOut, summary, "It is sensitive. Declare a sensitive variable for it and refer to that.");
            diagnostics.Add(warning with { Address = resource.Address });
        }

        return text;
    }

    /// <summary>Whether a create block has to say which instance it belongs to.</summary>
    private static bool SaysItsProvider(ProviderBlock block, ProjectSyntax project) =>
        block.Alias is not null && project.Providers.Values.Count(p => p.Id == block.Id) > 1;

    private static string FileNameOf(string type, string prefix) =>
        $"{BlockWords.PluralOf(type.StartsWith(prefix, StringComparison.Ordinal) ? type[prefix.Length..] : type)}.kl";
}
