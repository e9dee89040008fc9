using Kolumn.Protocol.Schema;

namespace Kolumn.Core.Configuration;

/// <summary>Blocks are called by the one thing that they are: <c>column</c> is an element of <c>columns</c>.</summary>
internal static class BlockWords
{
    /// <summary>The attribute a block's word stands for: itself or its plural.</summary>
    public static string? AttributeOf(string word, IReadOnlyDictionary<string, AttributeSchema> attributes) =>
        Plurals(word).FirstOrDefault(attributes.ContainsKey);

    /// <summary>The words that may stand for the attribute: itself and its singular, where there is one.</summary>
    public static IEnumerable<string> Of(string attribute)
    {
        yield return attribute;
        if (attribute.EndsWith("ies", StringComparison.Ordinal))
        {
            yield return attribute[..^3] + "y";
        }
        else if (attribute.EndsWith("es", StringComparison.Ordinal) && PluralOf(attribute[..^2]) == attribute)
        {
            yield return attribute[..^2];
        }
        else if (attribute.EndsWith('s'))
        {
            yield return attribute[..^1];
        }
    }

    /// <summary>Several of them: <c>tables</c>, <c>policies</c>, <c>indexes</c>.</summary>
    public static string PluralOf(string word) =>
        word.EndsWith('y') ? word[..^1] + "ies" : word.EndsWith('s') || word.EndsWith('x') ? word + "es" : word + "s";

    private static IEnumerable<string> Plurals(string word) =>
        word.EndsWith('y') ? [word, word + "s", word[..^1] + "ies"] : [word, word + "s", word + "es"];
}
