using System.Globalization;

namespace Kolumn.ChaosProvider;

/// <summary>
/// What this provider does wrong, from the environment variable CHAOS: clauses separated by ';', each a name or name=value.
/// <c>on-Plan=exit:7</c> is what happens when the function Plan (or Configure, Schema, Close, Shutdown) is called.
/// </summary>
internal sealed class Behaviour
{
    private readonly Dictionary<string, string> _clauses;

    private Behaviour(Dictionary<string, string> clauses) => _clauses = clauses;

    public static Behaviour FromEnvironment() => new(
        (Environment.GetEnvironmentVariable("CHAOS") ?? "")
            .Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(clause => clause.Split('=', 2))
            .ToDictionary(parts => parts[0], parts => parts.Length > 1 ? parts[1] : ""));

    public bool Has(string name) => _clauses.ContainsKey(name);

    public string? Text(string name) => _clauses.GetValueOrDefault(name);

    public long? Number(string name) =>
        _clauses.TryGetValue(name, out var text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;
}
