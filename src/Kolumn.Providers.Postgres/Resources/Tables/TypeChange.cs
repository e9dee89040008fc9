using System.Globalization;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>What changing a column's type from one spelling of <c>format_type</c> to another means for the rows that are there.</summary>
/// <param name="Rewrites">Every row is written again and the table is locked meanwhile.</param>
/// <param name="LosesData">Values may be rounded, shortened or stripped of a part without an error.</param>
/// <param name="NeedsCast">PostgreSQL converts only when told to: USING column::type.</param>
internal readonly record struct TypeChange(bool Rewrites, bool LosesData, bool NeedsCast)
{
    private static readonly string[] Integers = ["smallint", "integer", "bigint"];
    private static readonly string[] Numbers = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];
    private static readonly string[] Texts = ["text", "character varying", "character"];

    public static TypeChange Between(string from, string to)
    {
        var (source, sourceArguments) = Divide(from);
        var (target, targetArguments) = Divide(to);

        // 1. Text of any kind: only a limit, or the padding of character(n), makes PostgreSQL look at the rows.
        if (Texts.Contains(source) && Texts.Contains(target))
        {
            var widens = source != "character" && target != "character"
                && (targetArguments is [] || (sourceArguments is [var old] && targetArguments is [var wide] && wide >= old));
            return new TypeChange(Rewrites: !widens, LosesData: false, NeedsCast: false);
        }

        // 2. The same type with other arguments.
        if (source == target)
        {
            return SameType(source, sourceArguments, targetArguments);
        }

        // 3. Numbers convert among themselves; into a smaller or less exact kind they are rounded.
        if (Numbers.Contains(source) && Numbers.Contains(target))
        {
            var rounds = (!Integers.Contains(source) && Integers.Contains(target)) || target is "real" || (target is "double precision" && source is "numeric" or "bigint");
            return new TypeChange(Rewrites: true, LosesData: rounds, NeedsCast: false);
        }

        // 4. Everything becomes text by itself, and times become each other.
        if (Texts.Contains(target))
        {
            return new TypeChange(Rewrites: true, LosesData: false, NeedsCast: false);
        }

        if (IsTime(source) && IsTime(target))
        {
            var loses = target == "date" || target.StartsWith("time ", StringComparison.Ordinal);
            return new TypeChange(Rewrites: true, LosesData: loses, NeedsCast: false);
        }

        // 5. Otherwise PostgreSQL wants to be told.
        return new TypeChange(Rewrites: true, LosesData: false, NeedsCast: true);
    }

    private static TypeChange SameType(string type, int[] from, int[] to) => type switch
    {
        // Dropping the limit, or the same scale with more digits, leaves the rows alone.
        "numeric" when to is [] || (from is [var precision, var scale] && to is [var wider, var same] && scale == same && wider >= precision) => default,
        "numeric" => new TypeChange(Rewrites: true, LosesData: from is [] || (from is [_, var digits] && to is [_, var fewer] && fewer < digits), NeedsCast: false),
        "bit varying" when to is [] || (from is [var old] && to is [var wide] && wide >= old) => default,
        _ when IsTime(type) => new TypeChange(Rewrites: to is not [], LosesData: to is [var places] && (from is not [var before] || places < before), NeedsCast: false),
        _ => new TypeChange(Rewrites: true, LosesData: false, NeedsCast: false),
    };

    private static bool IsTime(string type) => type.StartsWith("time", StringComparison.Ordinal) || type is "date" or "interval";

    /// <summary><c>timestamp(3) with time zone</c> is <c>timestamp with time zone</c> and 3.</summary>
    private static (string Name, int[] Arguments) Divide(string type)
    {
        var (open, close) = (type.IndexOf('(', StringComparison.Ordinal), type.IndexOf(')', StringComparison.Ordinal));
        if (open < 0 || close < open)
        {
            return (type, []);
        }

        var arguments = type[(open + 1)..close].Split(',').Select(text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1);
        return (type[..open] + type[(close + 1)..], [.. arguments]);
    }
}
