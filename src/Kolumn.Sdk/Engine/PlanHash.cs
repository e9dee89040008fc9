using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;

namespace Kolumn.Sdk.Engine;

/// <summary>
/// A fingerprint of what is to be done and of what it will be done to. Planning again gives the same one exactly as long as
/// nothing has moved that the plan touches; what the plan leaves alone does not enter it, nor what Kolumn writes into its own ledgers:
/// whether there is a place for that yet is no matter of what was looked at and approved. Neither is whether what holds no data is dropped or moved away when it
/// is deleted: that depends on what has gone into quarantine until then.
/// </summary>
internal static class PlanHash
{
    /// <param name="works">In the request's order.</param>
    public static string Of<TSession>(IEnumerable<PlannedWork<TSession>> works)
        where TSession : IProviderSession
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var work in works.Where(w => w.Action != Protocol.ResourceActions.NoOp))
        {
            Append(hash, work.Address);
            Append(hash, work.Action);
            Append(hash, CanonicalJson.Hash(WithoutComputed(work)));
            if (work is { Action: Protocol.ResourceActions.Delete, Prepared.Type.Quarantiner.HoldsData: false })
            {
                continue;
            }

            foreach (var statement in work.AllStatements.Where(s => !work.Place.Concat(work.Ledger).Any(own => ReferenceEquals(own, s))))
            {
                Append(hash, statement.Text);
                Append(hash, statement.Place == StatementPlace.InTransaction ? "" : "outside");
                foreach (var parameter in statement.Parameters)
                {
                    Append(hash, Convert.ToString(parameter, CultureInfo.InvariantCulture) ?? "");
                }
            }

            if (work.Statements is null)
            {
                Append(hash, CanonicalJson.Hash(work.Desired));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // A table's size may change a thousand times without making a plan stale; a secret in a fingerprint could be guessed.
    private static JsonObject? WithoutComputed<TSession>(PlannedWork<TSession> work)
        where TSession : IProviderSession
    {
        var attributes = work.Prepared.Type.Schema.Attributes;
        if (work.Doomed is not { } definition || !attributes.Any(a => (a.Value.Computed && definition.ContainsKey(a.Key)) || a.Value.Sensitive))
        {
            return work.Doomed;
        }

        var kept = SensitiveValues.Without(definition, attributes);
        foreach (var (name, _) in attributes.Where(a => a.Value.Computed))
        {
            kept.Remove(name);
        }

        return kept;
    }

    // Lengths keep "ab" + "c" and "a" + "bc" apart.
    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
