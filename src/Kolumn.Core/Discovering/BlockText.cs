using System.Text;
using Kolumn.Language;

namespace Kolumn.Core.Discovering;

/// <summary>
/// The body of a block as it is laid out: attributes that follow each other have their equals signs below each other, and an empty
/// line stands where attributes and blocks, or blocks of two kinds, meet.
/// </summary>
internal sealed class BlockText(int indent)
{
    private readonly List<(string Word, string Text, bool IsBlock)> _items = [];

    public int Indent => indent;

    public void Attribute(string name, string value) => _items.Add((name, value, false));

    /// <param name="word">Its type.</param>
    /// <param name="label">Null for none.</param>
    /// <param name="body">Indented one step further.</param>
    public void Block(string word, string? label, BlockText body) =>
        _items.Add((word, Block(label is null ? word : $"{word} {ValueText.Quote(label)}", body, indent), true));

    public static string Block(string header, BlockText body, int indent)
    {
        var inner = body.ToString();
        return inner.Length == 0 ? $"{header} {{}}" : $"{header} {{\n{inner}{new string(' ', indent)}}}";
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var at = 0; at < _items.Count;)
        {
            if (at > 0 && IsApart(_items[at - 1], _items[at]))
            {
                text.Append('\n');
            }

            var end = _items[at].IsBlock ? at + 1 : EndOfRun(at);
            var width = _items[at..end].Max(i => i.Word.Length);
            foreach (var (word, value, isBlock) in _items[at..end])
            {
                text.Append(' ', indent).Append(isBlock ? value : $"{word.PadRight(width)} = {value}").Append('\n');
            }

            at = end;
        }

        return text.ToString();
    }

    private static bool IsApart((string Word, string Text, bool IsBlock) before, (string Word, string Text, bool IsBlock) after) =>
        before.IsBlock != after.IsBlock || (before.IsBlock && before.Word != after.Word);

    /// <summary>A value of several lines ends a run of attributes, and a bracketed one is a run of its own.</summary>
    private int EndOfRun(int start)
    {
        var end = start;
        while (end < _items.Count && _items[end] is { IsBlock: false } item)
        {
            var isLong = item.Text.Contains('\n', StringComparison.Ordinal);
            if (isLong && end > start && item.Text[0] is '[' or '{')
            {
                return end;
            }

            end++;
            if (isLong)
            {
                return end;
            }
        }

        return end;
    }
}
