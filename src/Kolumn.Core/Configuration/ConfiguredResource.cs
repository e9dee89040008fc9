using Kolumn.Language;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Configuration;

/// <summary>A create block, evaluated.</summary>
internal sealed record ConfiguredResource(ResourceBlock Block, string Instance, ResourceKind Kind, MetaArguments Meta)
{
    public required WireConfig Wire { get; init; }

    public required AttributePlaces Places { get; init; }

    /// <summary>Addresses this one refers to or names in <c>depends_on</c>, of any provider.</summary>
    public required IReadOnlyList<string> DependsOn { get; init; }

    public string Address => Block.Address;

    /// <summary>Something in it is known only after apply, here or in a resource it needs: it is planned once that is there.</summary>
    public bool IsDeferred { get; init; }

    /// <summary>Adds the place in the text to what a provider says about the resource.</summary>
    public Diagnostic Place(Diagnostic diagnostic)
    {
        if (diagnostic.Place is not null)
        {
            return diagnostic;
        }

        var range = diagnostic.Attribute is { } path ? Places.Find(path) : Block.Place;
        return diagnostic with { Place = SourcePlaces.Of(range), Address = diagnostic.Address ?? Address };
    }
}

/// <summary>A migration block, evaluated.</summary>
internal sealed record ConfiguredMigration(ReadMigration Read, string Instance)
{
    public MigrationBlock Block => Read.Block;

    public string Name => Read.Block.Name;

    public MigrationRequest Request => Read.Request;

    /// <summary>What is known only after apply.</summary>
    public IReadOnlyList<AttributePath> Unknown => Read.Unknown;

    /// <summary>Adds the place in the text to what a provider says about it.</summary>
    public Diagnostic Place(Diagnostic diagnostic) => diagnostic.Place is not null ? diagnostic : diagnostic with
    {
        Place = SourcePlaces.Of(diagnostic.Attribute is { } path ? Read.Places.Find(path) : Block.Syntax.HeaderRange),
        Address = diagnostic.Address ?? $"migration.{Name}",
    };
}

/// <param name="Value">Contains unknown parts where something is known only after apply.</param>
internal sealed record ConfiguredOutput(string Name, Value Value, bool IsSensitive, string? Description);

/// <param name="Connection">What the provider's Configure takes.</param>
/// <param name="Settings">What the host reads: source, version, transport.</param>
/// <param name="Secrets">Sensitive texts within.</param>
internal sealed record ConfiguredProvider(
    ProviderBlock Block, System.Text.Json.Nodes.JsonObject Connection, System.Text.Json.Nodes.JsonObject? Settings, IReadOnlyList<string> Secrets, AttributePlaces Places);
