using System.Text.Json.Nodes;
using Kolumn.Compliance.Probing;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Fixtures;

/// <summary>One resource to be made, changed and deleted.</summary>
internal sealed record Specimen
{
    public required TypeFacts Type { get; init; }

    /// <summary>Made up for this one.</summary>
    public required string Name { get; init; }

    public required JsonObject Config { get; init; }

    /// <summary>What it may be changed to.</summary>
    public JsonObject? Update { get; init; }

    /// <summary>In order.</summary>
    public IReadOnlyList<Specimen> Requires { get; init; } = [];

    /// <summary>Made from the schema alone: nobody has said that it is valid.</summary>
    public bool IsGenerated { get; init; }

    public string Address => new ResourceAddress(Type.FullName, Name).ToString();

    /// <summary>As the database knows it.</summary>
    public string PhysicalName => Config.Text("name") ?? Name;

    /// <summary>This after all that it requires.</summary>
    public IEnumerable<Specimen> WithRequirements => [.. Requires, this];
}
