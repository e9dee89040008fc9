using Kolumn.Protocol;

namespace Kolumn.Host.Discovery;

/// <summary>Which provider is wanted.</summary>
/// <param name="Name">The short name: <c>sqlite</c> is the executable <c>kolumn-provider-sqlite</c>.</param>
public sealed record ProviderRequirement(string Name)
{
    public const string DefaultNamespace = "kolumn";

    /// <summary>Who publishes it: a directory below <c>.kolumn/providers</c>.</summary>
    public string Namespace { get; init; } = DefaultNamespace;

    /// <summary>
    /// Which versions will do; null for all. Of several installed ones the newest is taken. What an executable says itself is
    /// compared when its schema is asked for (<see cref="PluginProvider.SchemaAsync"/>).
    /// </summary>
    public VersionConstraint? Version { get; init; }

    /// <summary>Taken before newer ones where it is installed and <see cref="Version"/> admits it: what the lock file names.</summary>
    public string? PreferredVersion { get; init; }

    /// <summary>Overrides <see cref="HostOptions.Transport"/>.</summary>
    public ProviderTransport? Transport { get; init; }

    /// <summary><c>namespace/name</c>, as the lock file spells it.</summary>
    public string Source => $"{Namespace}/{Name}";

    /// <summary>The file name on this system.</summary>
    public string FileName => $"kolumn-provider-{Name}{(OperatingSystem.IsWindows() ? ".exe" : "")}";

    /// <summary>Null, or what is wrong with the names: they become part of a path.</summary>
    internal string? Fault() =>
        !IsName(Name) ? $"'{Supervision.TerminalText.Neutralise(Name)}' is not a provider's name: lower-case letters, digits, '-' and '_', beginning with a letter, at most 63"
        : !IsName(Namespace) ? $"'{Supervision.TerminalText.Neutralise(Namespace)}' is not a provider's namespace"
        : null;

    private static bool IsName(string text) =>
        text.Length is > 0 and <= 63 && char.IsAsciiLetterLower(text[0])
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
