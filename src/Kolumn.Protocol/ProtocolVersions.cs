using System.Globalization;

namespace Kolumn.Protocol;

/// <summary>
/// Which versions of the provider protocol are spoken here, and which one two sides agree on: docs/protocol.md, "Versions". The host offers all of
/// its own, the provider takes the highest that it shares and answers it in the second field of the handshake.
/// </summary>
public static class ProtocolVersions
{
    /// <summary>The lowest first.</summary>
    public static IReadOnlyList<int> Spoken { get; } = [1];

    /// <summary>As <see cref="HandshakeEnvironment.ProtocolVersions"/> holds them.</summary>
    public static string Offer(IEnumerable<int> versions) => string.Join(',', versions.Select(v => v.ToString(CultureInfo.InvariantCulture)));

    /// <summary>
    /// What a provider answers: the highest of its versions that is offered, else its lowest, as go-plugin does. A host that offers nothing is older than
    /// the offer; any other one refuses an answer that it did not offer, and names both sides.
    /// </summary>
    /// <param name="offered">What is no number in it is passed over.</param>
    /// <param name="spoken">By the provider; at least one.</param>
    public static int Answer(string? offered, IReadOnlyCollection<int> spoken)
    {
        var hosts = (offered ?? "").Split(',', StringSplitOptions.TrimEntries).Select(Read).ToHashSet();
        return spoken.Where(v => hosts.Contains(v)).DefaultIfEmpty(spoken.Min()).Max();
    }

    private static int? Read(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null;
}
