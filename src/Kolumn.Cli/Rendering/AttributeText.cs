using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Cli.Rendering;

/// <summary>The attributes of a planned change, one line or one wrapped paragraph each.</summary>
internal sealed class AttributeText(Palette palette, int width, int indent)
{
    private const int MaxPathWidth = 36;
    private const int MaxValueLength = 400;
    private const int LeastParagraphWidth = 24;

    /// <summary>A space that <see cref="Wrap"/> leaves alone; written as an ordinary one.</summary>
    private const char NoBreak = '\u00A0';

    /// <summary>Every attribute with its value, or with its former and its new one.</summary>
    public void AppendAll(StringBuilder text, IReadOnlyDictionary<string, AttributeChange> changes)
    {
        var pathWidth = Math.Min(MaxPathWidth, changes.Keys.Max(p => p.Length));
        foreach (var (path, change) in changes)
        {
            var (paint, sign) = SignOf(change.Action);
            var shownPath = Printable.Line(path);
            text.Append(' ', indent).Append(paint(sign)).Append(' ').Append(shownPath.PadRight(pathWidth)).Append("  ");
            if (!change.Sensitive && change.Action == ResourceActions.Update && IsLong(change.OldValue) | IsLong(change.NewValue))
            {
                text.Append(palette.Faint(change.RequiresReplace ? "forces replacement" : "")).Append('\n');
                AppendLines(text, LinesOf(change.OldValue), LinesOf(change.NewValue));
                continue;
            }

            text.Append(change.Action switch
            {
                ResourceActions.Create => ValueOf(change, change.NewValue, path),
                ResourceActions.Delete => palette.Faint(ValueOf(change, change.OldValue, path)),
                _ => $"{palette.Faint(ValueOf(change, change.OldValue, path))} -> {ValueOf(change, change.NewValue, path)}",
            });
            text.Append(palette.Delete(change.RequiresReplace ? "  forces replacement" : "")).Append('\n');
        }
    }

    /// <summary>What something new consists of, by names: <c>columns  id INTEGER, email TEXT</c>.</summary>
    public void AppendNames(StringBuilder text, IReadOnlyDictionary<string, AttributeChange> changes, string resourceName)
    {
        var groups = changes
            .GroupBy(c => FirstStep(c.Key), StringComparer.Ordinal)
            .Where(g => !(g.Key == "name" && IsText(g.First().Value.NewValue, resourceName)))
            .ToList();
        var nameWidth = groups.Count == 0 ? 0 : groups.Max(g => g.Key.Length) + 2;
        foreach (var group in groups)
        {
            var values = string.Join(", ", group.Select(c => Short(c.Key, group.Key, c.Value)));
            AppendWrapped(text, palette.Faint(Printable.Line(group.Key).PadRight(nameWidth)), nameWidth, values);
        }
    }

    /// <summary>A label and a paragraph that hangs from it.</summary>
    public void AppendWrapped(StringBuilder text, string label, int labelWidth, string paragraph)
    {
        var room = Math.Max(LeastParagraphWidth, width - indent - labelWidth);
        text.Append(' ', indent).Append(label);
        var isFirst = true;
        foreach (var line in Wrap(paragraph, room))
        {
            text.Append(' ', isFirst ? 0 : indent + labelWidth).Append(line.Replace(NoBreak, ' ')).Append('\n');
            isFirst = false;
        }
    }

    private static IEnumerable<string> Wrap(string paragraph, int room)
    {
        var rest = paragraph;
        while (rest.Length > room)
        {
            var cut = rest.LastIndexOf(' ', room);
            cut = cut <= 0 ? rest.IndexOf(' ', StringComparison.Ordinal) : cut;
            if (cut <= 0)
            {
                break;
            }

            yield return rest[..cut];
            rest = rest[(cut + 1)..];
        }

        yield return rest;
    }

    private (Func<string, string> Paint, string Sign) SignOf(string action)
    {
        var (paint, sign, _) = ActionWords.Of(action, palette);
        return (paint, sign);
    }

    private static string Short(string path, string group, AttributeChange change)
    {
        var rest = path[group.Length..].TrimStart('.');
        if (change.Sensitive)
        {
            return rest.Length == 0 ? ValueText.Sensitive : Printable.Line(rest);
        }

        return (rest.Length, change.NewValue) switch
        {
            (0, var value) => Gist(value),
            (_, JsonObject members) when members["type"] is JsonValue type => Together(Printable.Line(rest), Gist(type)),
            (_, JsonObject) => Printable.Line(rest),
            (_, var value) => Together(Printable.Line(rest), "=", ValueText.Inline(value, MaxPathWidth)),
        };
    }

    /// <summary>What a glance takes in: names, columns in parentheses, and what is special about them.</summary>
    private static string Gist(JsonNode? value) => value switch
    {
        JsonArray elements => string.Join(", ", elements.Select(Gist)),
        JsonObject members => Together([.. members.Where(m => m.Value is not null).Select(Gist)]),
        _ => Bare(value),
    };

    private static string Gist(KeyValuePair<string, JsonNode?> member) => member switch
    {
        { Value: JsonArray elements } => $"({Gist(elements)})",
        { Key: "name" or "column" or "expression" or "order" or "type" } => Bare(member.Value),
        _ => Together(Printable.Line(member.Key), "=", ValueText.Inline(member.Value, MaxPathWidth)),
    };

    /// <summary>Words that a line break must not part.</summary>
    private static string Together(params string[] words) => string.Join(' ', words).Replace(' ', NoBreak);

    private static string ValueOf(AttributeChange change, JsonNode? value, string path)
    {
        if (change.Sensitive)
        {
            return ValueText.Sensitive;
        }

        if (value is not JsonObject members)
        {
            return ValueText.Inline(value, MaxValueLength);
        }

        // The path ends with the object's name already.
        var shown = members.Where(m => !(m.Key == "name" && m.Value is JsonValue name && path.EndsWith(Bare(name), StringComparison.Ordinal)));
        return string.Join(", ", shown.Select(m => $"{m.Key} = {ValueText.Inline(m.Value, MaxValueLength)}"));
    }

    private void AppendLines(StringBuilder text, string[] old, string[] @new)
    {
        var same = old.Zip(@new).TakeWhile(pair => pair.First == pair.Second).Count();
        var rest = Math.Min(old.Length, @new.Length) - same;
        var sameEnd = old.Reverse().Zip(@new.Reverse()).Take(rest).TakeWhile(pair => pair.First == pair.Second).Count();
        foreach (var line in old[same..^sameEnd])
        {
            text.Append(' ', indent + 4).Append(palette.Delete("- " + line)).Append('\n');
        }

        foreach (var line in @new[same..^sameEnd])
        {
            text.Append(' ', indent + 4).Append(palette.Create("+ " + line)).Append('\n');
        }
    }

    private static bool IsLong(JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>() is var s && (s.Length > 60 || s.Contains('\n', StringComparison.Ordinal));

    private static string[] LinesOf(JsonNode? value) =>
        value is JsonValue text && text.GetValueKind() == JsonValueKind.String ? Printable.Text(text.GetValue<string>()).TrimEnd('\n').Split('\n') : [ValueText.Inline(value)];

    private static bool IsText(JsonNode? value, string text) =>
        value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String && scalar.GetValue<string>() == text;

    /// <summary>Text without quotes and line breaks, cut to what a glance takes in.</summary>
    private static string Bare(JsonNode? value)
    {
        const int longest = 70;
        if (value is not JsonValue scalar || scalar.GetValueKind() != JsonValueKind.String)
        {
            return ValueText.Inline(value, longest);
        }

        var text = string.Join(' ', scalar.GetValue<string>().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return Printable.Line(text.Length <= longest ? text : text[..(longest - 1)] + "…");
    }

    private static string FirstStep(string path)
    {
        var end = path.IndexOfAny(['.', '[']);
        return end <= 0 ? path : path[..end];
    }
}
