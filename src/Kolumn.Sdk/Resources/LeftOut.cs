using Kolumn.Protocol;

namespace Kolumn.Sdk.Resources;

/// <summary>Warnings of what exists and no type of a provider can express (<see cref="IIncompleteHandler{TSession}"/>).</summary>
public static class LeftOut
{
    public const string Code = "UNSUPPORTED_OBJECT";

    /// <summary>More names than anybody reads; the rest are counted.</summary>
    private const int MaxNames = 20;

    /// <summary>One warning for each sort of object.</summary>
    /// <param name="detail">What that means, and what can be done.</param>
    public static IReadOnlyList<Diagnostic> Name(IReadOnlyList<(string What, string Name)> found, string detail) =>
        [.. found.GroupBy(one => one.What, one => one.Name).Select(sort => Diagnostic.Warning(Code, $"Left out, because it cannot be expressed: {sort.Key} ({Names([.. sort])})", detail))];

    private static string Names(List<string> names) =>
        string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? $" and {names.Count - MaxNames} more" : "");
}
