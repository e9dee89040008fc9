using Kolumn.Providers.Postgres.Sql;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>
/// What schemas are called in definitions that were read: usually what they are called, but a scratch schema stands for the
/// one whose objects are tried out in it.
/// </summary>
/// <param name="realNames">Real names by scratch name; the latter are words that need no quotes and occur nowhere else.</param>
internal sealed class SchemaNames(IReadOnlyDictionary<string, (string Name, string Quoted)> realNames)
{
    public static SchemaNames Actual { get; } = new(new Dictionary<string, (string, string)>());

    public string Schema(string name) => realNames.TryGetValue(name, out var real) ? real.Name : name;

    /// <summary>The same for names inside an expression, a type or a query, which comes out in the one spelling that the server gives it for good.</summary>
    public string? Sql(string? text)
    {
        if (text is null)
        {
            return null;
        }

        foreach (var (scratch, real) in realNames)
        {
            text = text.Replace(scratch + ".", real.Quoted + ".", StringComparison.Ordinal);
        }

        return ArrayCasts.MoveInside(text);
    }
}
