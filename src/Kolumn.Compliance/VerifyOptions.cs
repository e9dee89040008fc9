using System.Text.Json.Nodes;

namespace Kolumn.Compliance;

/// <summary>What is to be verified, and with what: verify.json and the command line together.</summary>
public sealed record VerifyOptions
{
    /// <summary>The provider's executable.</summary>
    public required string Executable { get; init; }

    /// <summary>What Configure gets, references to the environment replaced. Null: nothing was said, and only what needs no database is verified.</summary>
    public JsonObject? Config { get; init; }

    /// <summary>By resource type, without the provider's prefix.</summary>
    public IReadOnlyDictionary<string, Fixture> Fixtures { get; init; } = new Dictionary<string, Fixture>();

    /// <summary>Types, functions and rules that are not to be asked, with the author's reason.</summary>
    public IReadOnlyDictionary<string, string> Skip { get; init; } = new Dictionary<string, string>();

    /// <summary>What a host puts before a provider that leaves functions to it; null: such functions are not tried.</summary>
    public Func<Kolumn.Protocol.IProvider, Kolumn.Protocol.IProvider>? Assist { get; init; }

    public Profile? Profile { get; init; }

    /// <summary>Rules or groups of rules; empty: all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>For the provider's environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public Kolumn.Host.ProviderTransport Transport { get; init; } = Kolumn.Host.ProviderTransport.Tcp;

    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For every single call.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For the whole verification; what was not reached by then is unknown.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>
/// Configurations of one resource type that its author knows to be valid. In every text <c>{name}</c> stands for the resource's own name, which is made up
/// anew for each, <c>{run}</c> for letters that no other run has, and <c>{label}</c> for the name of the resource of that label in <see cref="Requires"/>.
/// </summary>
public sealed record Fixture
{
    public required JsonObject Config { get; init; }

    /// <summary>Another whole configuration of the same resource, to change it to; null: changes are not tried.</summary>
    public JsonObject? Update { get; init; }

    /// <summary>What has to exist before, by label, in order.</summary>
    public IReadOnlyList<RequiredResource> Requires { get; init; } = [];
}

/// <param name="Label">What the fixture's texts call it by.</param>
/// <param name="Config">Null: the type's own fixture, which then requires nothing itself.</param>
public sealed record RequiredResource(string Label, string Type, JsonObject? Config);
