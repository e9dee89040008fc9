using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Core.Discovering;

/// <summary>
/// What resources that were found are called in the configuration: like they are called in the database, as far as that is a name of
/// the language. Of several that would be called the same, each has the schema or the table that it lives in before its name,
/// unless that goes without saying; what is the same even then is counted.
/// </summary>
internal static class Labels
{
    /// <param name="found">In a stable order, which the counting follows.</param>
    /// <param name="taken">Addresses that mean something else already.</param>
    /// <returns>A label for each resource, in the same order.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<DiscoveredResource> found, IEnumerable<string> taken)
    {
        var used = taken.ToHashSet(StringComparer.Ordinal);
        var alike = found.GroupBy(Plain, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);

        // Those that keep their plain names come first: nobody else may take them.
        var labels = new string[found.Count];
        foreach (var isAlike in new[] { false, true })
        {
            for (var i = 0; i < found.Count; i++)
            {
                if (alike.Contains(Plain(found[i])) == isAlike)
                {
                    labels[i] = Claim(found[i].Type, isAlike ? Qualified(found[i]) : Identifier(found[i]), used);
                }
            }
        }

        return labels;
    }

    private static string Claim(string type, string label, HashSet<string> used)
    {
        var claimed = label;
        for (var i = 2; !used.Add($"{type}.{claimed}"); i++)
        {
            claimed = string.Create(CultureInfo.InvariantCulture, $"{label}_{i}");
        }

        return claimed;
    }

    private static string Plain(DiscoveredResource resource) => $"{resource.Type}.{Identifier(resource)}";

    private static string Identifier(DiscoveredResource resource) => Identifier(resource.Name, resource.Type);

    private static string Qualified(DiscoveredResource resource)
    {
        var qualifier = KlText.TextOf(resource.Config["schema"]) ?? KlText.TextOf(resource.Config["table"]);
        return qualifier is null ? Identifier(resource) : Identifier($"{qualifier}_{resource.Name}", resource.Type);
    }

    /// <summary>Everything that a name cannot hold becomes an underscore; what cannot begin one has the kind of thing before it.</summary>
    private static string Identifier(string name, string type)
    {
        if (Identifiers.IsValid(name))
        {
            return name;
        }

        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var isPart = Identifiers.IsValid("x" + rune);
            if (isPart || (text.Length > 0 && text[^1] != '_'))
            {
                text.Append(isPart ? rune.ToString() : "_");
            }
        }

        var label = text.ToString().TrimEnd('_');
        var kind = type[(type.IndexOf('_', StringComparison.Ordinal) + 1)..];
        return label.Length == 0 ? kind : Identifiers.IsValid(label) ? label : $"{kind}_{label}";
    }
}
