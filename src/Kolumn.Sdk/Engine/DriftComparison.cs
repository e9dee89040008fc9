using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Sdk.Engine;

/// <summary>Compares a recorded definition with the one that exists, and says how much each difference matters.</summary>
/// <param name="ignored">Attribute paths of <see cref="DriftOptions.IgnoreFields"/>.</param>
/// <param name="deep">Whether computed attributes count.</param>
internal sealed class DriftComparison(IReadOnlyList<string> ignored, bool deep)
{
    private readonly IReadOnlyList<IReadOnlyList<string>> _ignored = [.. ignored.Select(StepsOf)];

    /// <summary>The whole object is gone.</summary>
    public static DriftChange Gone(JsonObject recorded) => new()
    {
        ExpectedValue = recorded,
        ChangeType = "removed",
        Severity = "critical",
    };

    public IReadOnlyList<DriftChange> Compare(JsonObject recorded, JsonObject actual, ObjectType schema)
    {
        var changes = DefinitionComparison.Compare(recorded, SensitiveValues.Without(actual, schema.Attributes), deep ? Deepen(schema) : schema);
        return [.. changes.Where(c => !IsIgnored(c.Key)).Select(c => ToDrift(c.Key, c.Value))];
    }

    /// <summary>Fields that no attribute of these schemas is meant by: slips of the pen, which would hide nothing.</summary>
    public IEnumerable<Diagnostic> Slips(IEnumerable<ObjectType> schemas)
    {
        var known = schemas.SelectMany(s => s.Attributes.Keys).ToHashSet(StringComparer.Ordinal);
        foreach (var steps in _ignored.Where(s => s[0] != "*" && !known.Contains(s[0])))
        {
            var detail = NearestName.Among(known, steps[0]) is { } meant ? $"Did you mean \"{meant}\"?" : "No resource that was compared has it.";
            yield return Diagnostic.Warning(DiagnosticCodes.UnknownAttribute, $"ignore_fields names \"{steps[0]}\", which is no attribute", detail);
        }
    }

    private bool IsIgnored(string path)
    {
        var steps = StepsOf(path);
        return _ignored.Any(i => i.Count <= steps.Count && i.Zip(steps).All(pair => pair.First == "*" || pair.First == pair.Second));
    }

    private static DriftChange ToDrift(string path, AttributeChange change)
    {
        var type = change.Action switch
        {
            ResourceActions.Create => "added",
            ResourceActions.Delete => "removed",
            _ => "modified",
        };
        return new DriftChange
        {
            Field = path,
            ExpectedValue = change.OldValue?.DeepClone(),
            ActualValue = change.NewValue?.DeepClone(),
            ChangeType = type,
            Severity = StepsOf(path)[^1] is "comment" or "description" ? "low" // nothing that runs depends on it
                : change.RequiresReplace || type == "removed" ? "high" // who uses the object may fail
                : "medium",
        };
    }

    private static ObjectType Deepen(ObjectType schema) => new()
    {
        Attributes = schema.Attributes.ToDictionary(a => a.Key, a => a.Value with { Computed = false }),
    };

    /// <summary>The steps of a path as changes spell it: <c>columns["a.b"].type</c>.</summary>
    private static List<string> StepsOf(string path)
    {
        var steps = new List<string>();
        var rest = path.AsSpan();
        while (rest.Length > 0)
        {
            if (rest.StartsWith("[\"", StringComparison.Ordinal) && rest.IndexOf("\"]", StringComparison.Ordinal) is var end and > 0)
            {
                steps.Add(rest[2..end].ToString());
                rest = rest[(end + 2)..];
            }
            else
            {
                var length = rest[1..].IndexOfAny('.', '[') is var stop and >= 0 ? stop + 1 : rest.Length;
                steps.Add(rest[..length].ToString());
                rest = rest[length..];
            }

            if (rest.StartsWith(".", StringComparison.Ordinal))
            {
                rest = rest[1..];
            }
        }

        return steps.Count > 0 ? steps : [""];
    }
}
