using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions on sets; lists count as the sets of their elements.</summary>
internal static class SetFunctions
{
    public static IEnumerable<KlFunction> All =>
    [
        new("setunion", "The values that are in any of the sets.", [List("set")], call => Value.Set(call.Arguments.SelectMany(a => a.Elements)), List("sets")),
        new("setintersection", "The values that are in all of the sets.", [List("set")],
            call => Value.Set(call.Arguments.Skip(1).Aggregate(call.Elements(0).AsEnumerable(), (left, right) => left.Intersect(right.Elements))), List("sets")),
        new("setsubtract", "The values of the first set that are not in the second.", [List("set"), List("other")],
            call => Value.Set(call.Elements(0).Except(call.Elements(1)))),
    ];
}
