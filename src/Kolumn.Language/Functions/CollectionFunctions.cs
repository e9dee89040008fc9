using System.Globalization;
using static Kolumn.Language.Parameters;

namespace Kolumn.Language;

/// <summary>Functions on lists and objects. Whatever order they are given they keep.</summary>
internal static class CollectionFunctions
{
    private const int MaxRange = 100_000;

    public static IEnumerable<KlFunction> All =>
    [
        new("length", "How many elements, members or characters there are.", [Shape("value")], Length),
        new("contains", "Whether the list holds the value.", [List("list"), Any("value")], call => Value.Of(call.Elements(0).Contains(call[1]))),
        new("concat", "One list of the elements of all.", [], call => Value.List(call.Arguments.SelectMany(a => a.Elements)), PassedList("lists")),
        new("element", "The element at the index, counted round again past the end.", [PassedList("list"), Number("index")], Element),
        new("index", "The place of the first element that equals the value.", [List("list"), Any("value")], Index),
        new("flatten", "The elements of all lists within the list, however deep.", [PassedList("list")], call => Value.List(Flatten(call[0]))),
        new("distinct", "Each element once, where it came first.", [List("list")], call => Value.List(call.Elements(0).Distinct())),
        new("compact", "The list without nulls and empty strings.", [TextList("list")], call => Value.List(call.Elements(0).Where(e => !e.IsNull && e.AsString().Length > 0))),
        new("reverse", "The list from its end to its start.", [PassedList("list")], call => Value.List(call.Elements(0).Reverse())),
        new("sort", "The strings in the order of their characters.", [TextList("list")], Sort),
        new("slice", "The elements from the first index up to, not including, the second.", [PassedList("list"), Number("start"), Number("end")], Slice),
        new("range", "The numbers from start (0) up to, not including, limit in steps of step (1): range(limit), range(start, limit), range(start, limit, step).",
            [Number("start"), Optional(Number("limit")), Optional(Number("step"))], Range),
        new("one", "The only element, or null of an empty list.", [PassedList("list")], One),
        new("alltrue", "Whether every element is true.", [new FunctionParameter("list", new SequenceType(false, TypeConstraint.Bool))],
            call => Value.Of(call.Elements(0).All(e => e.Kind == ValueKind.Bool && e.AsBool()))),
        new("anytrue", "Whether some element is true.", [new FunctionParameter("list", new SequenceType(false, TypeConstraint.Bool))],
            call => Value.Of(call.Elements(0).Any(e => e.Kind == ValueKind.Bool && e.AsBool()))),
        new("keys", "The names of the members in their order.", [PassedObject("object")], call => Value.List(call[0].Members.Select(m => Value.Of(m.Key)))),
        new("values", "The values of the members in their order.", [PassedObject("object")], call => Value.List(call[0].Members.Select(m => m.Value))),
        new("lookup", "The member with the key, or the default when there is none.", [PassedObject("object"), Text("key"), Optional(Any("default") with { PassesContent = true })], Lookup),
        new("merge", "One object of the members of all; of equal names the last one counts.", [],
            call => Value.Object(call.Arguments.SelectMany(a => a.Members)), PassedObject("objects") with { AcceptsNull = true }),
        new("zipmap", "An object of the keys and the values at the same places.", [TextList("keys"), PassedList("values")], ZipMap),
        new("chunklist", "The list cut into lists of the size.", [PassedList("list"), Number("size")], Chunk),
    ];

    private static Value Length(FunctionCall call) => call[0].Kind switch
    {
        ValueKind.List or ValueKind.Set => Value.Of(call.Elements(0).Length),
        ValueKind.Object => Value.Of(call[0].Members.Count),
        ValueKind.String => Value.Of(new StringInfo(call.Text(0)).LengthInTextElements),
        _ => call.Fail(0, $"Only lists, sets, objects and strings have a length, and this is {call[0].Describe()}."),
    };

    private static Value Element(FunctionCall call)
    {
        var elements = call.Elements(0);
        if (elements.IsEmpty)
        {
            return call.Fail(0, "The list is empty and has no element to choose.");
        }

        return call.Number(1).TryToInt64(out var index)
            ? elements[(int)(((index % elements.Length) + elements.Length) % elements.Length)]
            : call.Fail(1, "The index must be a whole number.");
    }

    private static Value Index(FunctionCall call)
    {
        var index = call.Elements(0).IndexOf(call[1]);
        return index >= 0 ? Value.Of(index) : call.Fail(1, "The list holds no such value. Ask with contains(…) before.");
    }

    private static IEnumerable<Value> Flatten(Value list) =>
        list.Elements.SelectMany(e => e.IsSequence ? Flatten(e).Select(inner => inner.SensitiveIf(e.IsSensitive)) : [e]);

    private static Value Sort(FunctionCall call) => call.Elements(0).Any(e => e.IsNull)
        ? call.Fail(0, "The list holds a null, which has no place in an order. Remove it with compact(…).")
        : Value.List(call.Elements(0).OrderBy(e => e.AsString(), StringComparer.Ordinal));

    private static Value Slice(FunctionCall call)
    {
        var length = call.Elements(0).Length;
        return call.Number(1).TryToInt32(out var start) && call.Number(2).TryToInt32(out var end) && start >= 0 && start <= end && end <= length
            ? Value.List(call.Elements(0)[start..end])
            : call.Fail(1, $"Start and end must be whole numbers from 0 to {length}, start not after end.");
    }

    private static Value Range(FunctionCall call)
    {
        var start = call.Has(1) ? call.Number(0) : Language.Number.Zero;
        var limit = call.Number(call.Has(1) ? 1 : 0);
        var step = call.Has(2) ? call.Number(2) : Language.Number.From(limit < start ? -1 : 1);
        if (step.Sign == 0)
        {
            return call.Fail(2, "The step must not be 0.");
        }

        var numbers = new List<Value>();
        for (Number? next = start; next is { } number && (step.Sign > 0 ? number < limit : number > limit); next = Language.Number.Add(number, step))
        {
            if (numbers.Count == MaxRange)
            {
                return call.Fail(0, $"The range would have more than {MaxRange} numbers.");
            }

            numbers.Add(Value.Of(number));
        }

        return Value.List(numbers);
    }

    private static Value One(FunctionCall call) => call.Elements(0) switch
    {
        [] => Value.Null,
        [var only] => only,
        var several => call.Fail(0, $"The list must have at most one element, and it has {several.Length}."),
    };

    private static Value Lookup(FunctionCall call)
    {
        if (call[0].TryGetMember(call.Text(1), out var value))
        {
            return value;
        }

        return call.Has(2) ? call[2]
            : call.Fail(1, $"The object has no member {call[1]}.{Suggest(call)} A third argument would be the value for this case.");
    }

    private static string Suggest(FunctionCall call) =>
        call[0].IsSensitive || call[1].IsSensitive ? "" : DidYouMean.Ask(call.Text(1), call[0].Members.Select(m => m.Key));

    private static Value ZipMap(FunctionCall call)
    {
        var (keys, values) = (call.Elements(0), call.Elements(1));
        return keys.Length != values.Length ? call.Fail(1, $"There are {keys.Length} keys and {values.Length} values; as many are needed of both.")
            : keys.Any(k => k.IsNull) ? call.Fail(0, "A key must not be null.")
            : Value.Object(keys.Zip(values, (k, v) => new KeyValuePair<string, Value>(k.AsString(), v)));
    }

    private static Value Chunk(FunctionCall call) => call.Number(1).TryToInt32(out var size) && size > 0
        ? Value.List(call.Elements(0).Chunk(size).Select(c => Value.List(c)))
        : call.Fail(1, "The size must be a whole number above 0.");
}
