using System.Globalization;

namespace Kolumn.Language.Tests;

public sealed class FunctionTests
{
    private static readonly EvaluationScope Scope = EvaluationScope.Of(
        new Dictionary<string, Value> { ["table"] = Value.Object(("name", Value.Of("users")), ("rows", Value.Of(3))) },
        time: new FixedTime());

    /// <summary>A call and its value in the notation of the language.</summary>
    public static TheoryData<string, string> Results => new()
    {
        { "length([1, 2])", "2" },
        { "length({ a = 1 })", "1" },
        { "length(toset([1, 1]))", "1" },
        { "length(\"e\\u0301🙂\")", "2" },
        { "contains([1, \"a\"], \"a\")", "true" },
        { "contains([{ a = 1, b = 2 }], { b = 2, a = 1 })", "true" },
        { "contains([\"1\"], 1)", "false" },
        { "contains([null], null)", "true" },
        { "concat([1], [], [2, 3])", "[1, 2, 3]" },
        { "concat()", "[]" },
        { "element([\"a\", \"b\", \"c\"], 4)", "\"b\"" },
        { "element([\"a\", \"b\", \"c\"], -1)", "\"c\"" },
        { "index([\"a\", \"b\"], \"b\")", "1" },
        { "flatten([1, [2, [3, []]], toset([4])])", "[1, 2, 3, 4]" },
        { "distinct([3, 1, 3, 2, 1])", "[3, 1, 2]" },
        { "compact([\"a\", \"\", null, \"b\"])", "[\"a\", \"b\"]" },
        { "reverse([1, 2, 3])", "[3, 2, 1]" },
        { "sort([\"b\", \"a\", \"C\", 10, 9])", "[\"10\", \"9\", \"C\", \"a\", \"b\"]" },
        { "slice([1, 2, 3, 4], 1, 3)", "[2, 3]" },
        { "range(3)", "[0, 1, 2]" },
        { "range(1, 4)", "[1, 2, 3]" },
        { "range(4, 1)", "[4, 3, 2]" },
        { "range(0, 1, 0.25)", "[0, 0.25, 0.5, 0.75]" },
        { "range(5, 0, -2)", "[5, 3, 1]" },
        { "one([])", "null" },
        { "one([7])", "7" },
        { "alltrue([true, \"true\"])", "true" },
        { "alltrue([true, false])", "false" },
        { "anytrue([false, true])", "true" },
        { "anytrue([])", "false" },
        { "keys({ z = 1, a = 2 })", "[\"z\", \"a\"]" },
        { "values({ z = 1, a = 2 })", "[1, 2]" },
        { "lookup(table, \"name\")", "\"users\"" },
        { "lookup(table, \"none\", null)", "null" },
        { "merge({ a = 1, b = 2 }, null, { a = 3, c = 4 })", "{ a = 3, b = 2, c = 4 }" },
        { "merge()", "{}" },
        { "zipmap([\"b\", \"a\"], [1, 2])", "{ b = 1, a = 2 }" },
        { "chunklist([1, 2, 3], 2)", "[[1, 2], [3]]" },
        { "setunion([1, 2], [2, 3])", "[1, 2, 3]" },
        { "setintersection([1, 2, 3], [3, 2], [2])", "[2]" },
        { "setsubtract([1, 2, 3], [2])", "[1, 3]" },
        { "upper(\"straße é\")", "\"STRAßE É\"" },
        { "lower(\"ÀB\")", "\"àb\"" },
        { "title(\"hello big_world it's\")", "\"Hello Big_world It's\"" },
        { "trimspace(\" \\t a b\\n\")", "\"a b\"" },
        { "trim(\"xxaxbx\", \"x\")", "\"axb\"" },
        { "trim(\"xx\", \"x\")", "\"\"" },
        { "trimprefix(\"v1v\", \"v\")", "\"1v\"" },
        { "trimsuffix(\"a.sql\", \".sql\")", "\"a\"" },
        { "chomp(\"a\\r\\n\\n\")", "\"a\"" },
        { "indent(2, \"a\\nb\")", "\"a\\n  b\"" },
        { "startswith(\"users\", \"us\")", "true" },
        { "endswith(\"users\", \"us\")", "false" },
        { "strcontains(\"users\", \"ser\")", "true" },
        { "strrev(\"abe\\u0301\")", "\"e\u0301ba\"" },
        { "substr(\"hello\", 1, 3)", "\"ell\"" },
        { "substr(\"hello\", -2, -1)", "\"lo\"" },
        { "substr(\"hi\", 5, 2)", "\"\"" },
        { "split(\",\", \"a,,b\")", "[\"a\", \"\", \"b\"]" },
        { "split(\"\", \"ab\")", "[\"a\", \"b\"]" },
        { "join(\"-\", [\"a\", 1, true])", "\"a-1-true\"" },
        { "join(\",\", [\"a\"], [\"b\", \"c\"])", "\"a,b,c\"" },
        { "format(\"%s has %d rows\", \"t\", 3)", "\"t has 3 rows\"" },
        { "format(\"%05.2f|%-4s|%4s|%+d|%x|%X|%b|%o|%t|%q|%%\", 3.14159, \"a\", \"b\", 5, 255, 255, 5, 8, true, \"x\\\"y\")", "\"03.14|a   |   b|+5|ff|FF|101|10|true|\\\"x\\\\\\\"y\\\"|%\"" },
        { "format(\"%v %v %v %#v\", 1.5, [1, \"a\"], null, \"s\")", "\"1.5 [1,\\\"a\\\"] null \\\"s\\\"\"" },
        { "format(\"%[2]s %[1]s\", \"a\", \"b\")", "\"b a\"" },
        { "format(\"%e %g %.3s\", 1500, 0.5, \"abcdef\")", "\"1.500000e+03 0.5 abc\"" },
        { "format(\"%06d %06d\", -42, 42)", "\"-00042 000042\"" },
        { "format(\"%.0f %.1f\", 2.5, 0.25)", "\"3 0.3\"" },
        { "formatlist(\"%s-%s\", [\"a\", \"b\"], \"x\")", "[\"a-x\", \"b-x\"]" },
        { "regex(\"[a-z]+\", \"12abc34\")", "\"abc\"" },
        { "regex(\"(\\\\d+)-(\\\\d+)\", \"10-20\")", "[\"10\", \"20\"]" },
        { "regex(\"(?P<year>\\\\d{4})-(?P<month>\\\\d\\\\d)\", \"2026-01\")", "{ year = \"2026\", month = \"01\" }" },
        { "regexall(\"[a-z]\", \"a1b2\")", "[\"a\", \"b\"]" },
        { "regexall(\"x\", \"a\")", "[]" },
        { "replace(\"a.b.c\", \".\", \"_\")", "\"a_b_c\"" },
        { "replace(\"a1b22\", \"/[0-9]+/\", \"#\")", "\"a#b#\"" },
        { "replace(\"john smith\", \"/(\\\\w+) (\\\\w+)/\", \"$2 $1\")", "\"smith john\"" },
        { "replace(\"ab\", \"\", \"-\")", "\"-a-b-\"" },
        { "min(3, 1, 2)", "1" },
        { "max(3, \"10\", 2)", "10" },
        { "abs(-1.5)", "1.5" },
        { "ceil(1.1)", "2" },
        { "ceil(-1.1)", "-1" },
        { "floor(1.9)", "1" },
        { "floor(-1.1)", "-2" },
        { "signum(-3)", "-1" },
        { "sum([1, 2.5, \"3\"])", "6.5" },
        { "pow(2, 100)", "1267650600228229401496703205376" },
        { "pow(2, -2)", "0.25" },
        { "parseint(\"ff\", 16)", "255" },
        { "parseint(\"-101\", 2)", "-5" },
        { "tostring(1.50)", "\"1.5\"" },
        { "tostring(true)", "\"true\"" },
        { "tostring(null)", "null" },
        { "tonumber(\"-1.5e2\")", "-150" },
        { "tobool(\"false\")", "false" },
        { "tolist(toset([2, 1, 2]))", "[2, 1]" },
        { "toset([\"b\", \"a\", \"b\"])", "[\"b\", \"a\"]" },
        { "tomap({ a = 1 })", "{ a = 1 }" },
        { "jsonencode({ b = [1, 1.5, true, null], a = \"é<\\\"\" })", "\"{\\\"b\\\":[1,1.5,true,null],\\\"a\\\":\\\"é<\\\\\\\"\\\"}\"" },
        { "jsonencode(null)", "\"null\"" },
        { "jsonencode(\"x\")", "\"\\\"x\\\"\"" },
        { "jsondecode(\"{\\\"z\\\":[1,2.50],\\\"a\\\":{\\\"b\\\":null}}\")", "{ z = [1, 2.5], a = { b = null } }" },
        { "jsondecode(\"12345678901234567890123\")", "12345678901234567890123" },
        { "base64encode(\"é\")", "\"w6k=\"" },
        { "base64decode(\"w6k=\")", "\"é\"" },
        { "urlencode(\"a b/ü\")", "\"a%20b%2F%C3%BC\"" },
        { "sha256(\"abc\")", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"" },
        { "timestamp()", "\"2026-01-31T12:00:05Z\"" },
        { "try(table.nmae, table[\"none\"], \"third\")", "\"third\"" },
        { "try(table.name)", "\"users\"" },
        { "can(table.name)", "true" },
        { "can(regex(\"^[a-z]+$\", \"A1\"))", "false" },
        { "conditional(table.rows > 2, \"many\", nowhere)", "\"many\"" },
        { "coalesce(null, \"\", \"c\", nowhere)", "\"c\"" },
        { "nonsensitive(sensitive(1))", "1" },
        { "sensitive(1)", "(sensitive value)" },
        { "issensitive(sensitive(1))", "true" },
    };

    /// <summary>A call that does not do, and the text its argument's diagnostic has.</summary>
    public static TheoryData<string, string, string> Refusals => new()
    {
        { "length(5)", "5", "Only lists, sets, objects and strings have a length, and this is a number." },
        { "element([], 0)", "[]", "The list is empty and has no element to choose." },
        { "element([1], 0.5)", "0.5", "The index must be a whole number." },
        { "index([1], 2)", "2", "The list holds no such value. Ask with contains(…) before." },
        { "sort([\"a\", null])", "[\"a\", null]", "The list holds a null, which has no place in an order. Remove it with compact(…)." },
        { "slice([1], 0, 2)", "0", "Start and end must be whole numbers from 0 to 1, start not after end." },
        { "range(1000000)", "1000000", "The range would have more than 100000 numbers." },
        { "range(0, 1, 0)", "0", "The step must not be 0." },
        { "one([1, 2])", "[1, 2]", "The list must have at most one element, and it has 2." },
        { "lookup(table, \"nmae\")", "\"nmae\"", "The object has no member \"nmae\". Did you mean \"name\"? A third argument would be the value for this case." },
        { "zipmap([\"a\"], [])", "[]", "There are 1 keys and 0 values; as many are needed of both." },
        { "chunklist([1], 0)", "0", "The size must be a whole number above 0." },
        { "indent(-1, \"a\")", "-1", "The number of spaces must be a whole number from 0 to 1000." },
        { "substr(\"a\", 0.5, 1)", "0.5", "Offset and length must be whole numbers, and a length is at least -1." },
        { "join(\",\", [null])", "[null]", "The list holds a null, which has no text. Remove it with compact(…)." },
        { "format(\"%d\", \"x\")", "\"x\"", "The verb %d does not fit a string." },
        { "format(\"%d\", 1.5)", "1.5", "The verb %d does not fit a number." },
        { "format(\"%s\", null)", "null", "The verb %s does not fit null. Only %v and %q show null." },
        { "format(\"%s\")", "\"%s\"", "The format asks for value 1, and there are 0." },
        { "format(\"a\", 1)", "1", "The format uses 0 of 1 values. Remove the others or add verbs for them." },
        { "format(\"100%\")", "\"100%\"", "A percent sign begins a verb such as %s or %05.2f, and this one is incomplete. For the sign itself write %%." },
        { "format(\"%99999d\", 1)", "\"%99999d\"", "A percent sign begins a verb such as %s or %05.2f, and this one is incomplete. For the sign itself write %%." },
        { "formatlist(\"%s%s\", [1], [1, 2])", "[1]", "The lists must have the same length." },
        { "regex(\"x\", \"abc\")", "\"abc\"", "The pattern does not match the text. Ask with can(regex(…)) before, or give try(…) another value." },
        { "regex(\"(?=x)\", \"abc\")", "\"(?=x)\"", "The pattern uses look-around, back-references or another construct that needs backtracking, which is not supported." },
        { "sum([null])", "[null]", "The list holds a null, which cannot be added." },
        { "pow(10, 9999)", "10", "The power is beyond the range of numbers." },
        { "pow(2, 0.5)", "0.5", "The power must be a whole number from -10000 to 10000." },
        { "parseint(\"2\", 2)", "\"2\"", "The text is no whole number in base 2." },
        { "parseint(\"\", 10)", "\"\"", "The text is no whole number in base 10." },
        { "parseint(\"1\", 99)", "99", "The base must be a whole number from 2 to 36." },
        { "tostring([1])", "[1]", "The value is a list and cannot become a string. Use jsonencode(…) for lists and objects." },
        { "tonumber(\"abc\")", "\"abc\"", "The value is a string and cannot become a number. Only decimal digits with an optional sign, point and exponent are a number." },
        { "tobool(1)", "1", "The value is a number and cannot become a bool. Only \"true\" and \"false\" are." },
        { "tolist({})", "{}", "The value is an object and cannot become a list. Use values(…) for an object." },
        { "toset(1)", "1", "The value is a number and cannot become a set. Use values(…) or keys(…) for an object." },
        { "tomap([1])", "[1]", "The value is a list and cannot become a map. Use zipmap(…) or a for expression to make one." },
        { "jsondecode(\"{\")", "\"{\"", "The text is no JSON: line 1, byte 2 cannot be understood." },
        { "base64decode(\"!\")", "\"!\"", "The text is no base 64." },
        { "base64decode(\"/w==\")", "\"/w==\"", "The bytes are no UTF-8 text." },
        { "upper([1])", "[1]", "In the call of upper: text must be string, and it is a list." },
        { "join(\",\", [\"a\", [1]])", "[\"a\", [1]]", "In the call of join: lists[1] must be string, and it is a list." },
        { "upper(null)", "null", "The argument \"text\" of upper must not be null." },
        { "max([1, \"x\"]...)", "[1, \"x\"]", "In the call of max: numbers must be number, and it is a string." },
        { "coalesce(null, \"\")", "coalesce(null, \"\")", "Every argument of coalesce is null or an empty string." },
        { "try(table.a, table.b)", "try(table.a, table.b)", "Every argument of try has a mistake; that of the last is: Unsupported attribute. This object has no attribute \"b\". It has: name, rows." },
    };

    [Theory]
    [MemberData(nameof(Results))]
    public void Call_FittingArguments_GivesTheResult(string call, string expected)
    {
        var (value, diagnostics) = EvaluatorTests.Run(call, Scope);

        diagnostics.ShouldBeEmpty();
        value.ToString().ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void Call_ArgumentThatDoesNotDo_IsReportedAtTheArgument(string call, string subject, string detail)
    {
        var (value, diagnostics) = EvaluatorTests.Run(call, Scope);

        value.IsUnknown.ShouldBeTrue();
        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(LanguageCodes.InvalidArgument);
        diagnostic.Subject.Text.ShouldBe(subject);
        diagnostic.Detail.ShouldBe(detail);
    }

    [Theory]
    [InlineData("uper(\"a\")", "uper", "There is no function \"uper\". Did you mean \"upper\"?")]
    [InlineData("zzz()", "zzz", "There is no function \"zzz\".")]
    [InlineData("upper()", "upper", "upper(text) takes 1 argument, and here are 0.")]
    [InlineData("upper(\"a\", \"b\", \"c\")", "\"b\", \"c\"", "upper(text) takes 1 argument, and here are 3.")]
    [InlineData("lookup({})", "lookup", "lookup(object, key, [default]) takes 2 to 3 arguments, and here is 1.")]
    [InlineData("min()", "min", "min(number, numbers...) takes at least 1 argument, and here are 0.")]
    [InlineData("can()", "can", "can(expression) takes 1 argument, and here are 0.")]
    public void Call_UnknownNameOrWrongCount_IsReported(string call, string subject, string detail)
    {
        var (_, diagnostics) = EvaluatorTests.Run(call, Scope);

        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Subject.Text.ShouldBe(subject);
        diagnostic.Detail.ShouldBe(detail);
    }

    [Theory]
    [InlineData("lookup({ s3cret = 1 }, sensitive(\"s3crets\"))")]
    [InlineData("lookup(sensitive({ s3cret = 1 }), \"s3crex\")")]
    [InlineData("regex(sensitive(\"s3cret(\"), \"a\")")]
    [InlineData("{ s3cret = 1 }[sensitive(\"s3crets\")]")]
    [InlineData("sensitive({ s3cret = 1 }).s3crex")]
    [InlineData("[1][sensitive(53727)]")]
    [InlineData("{ for x in [1, 2] : sensitive(\"s3cret\") => x }")]
    [InlineData("format(\"%d\", sensitive(\"s3cret\"))")]
    [InlineData("sensitive(\"s3cret\") + 1")]
    [InlineData("jsondecode(sensitive(\"s3cret\"))")]
    public void Mistake_WithASensitiveValue_DoesNotTellIt(string expression)
    {
        var diagnostic = EvaluatorTests.Run(expression, Scope).Diagnostics.ShouldHaveSingleItem();

        diagnostic.Detail.ShouldNotContain("s3cret");
        diagnostic.Detail.ShouldNotContain("53727");
    }

    [Fact]
    public void Standard_EveryFunction_HasACaseHere()
    {
        var tested = Results.Select(row => row.Data.Item1.Split('(')[0]).ToHashSet(StringComparer.Ordinal);

        FunctionTable.Standard.All.Select(f => f.Name).Where(name => !tested.Contains(name)).ShouldBeEmpty();
    }

    [Fact]
    public void With_AnotherFunction_IsFoundBesideTheOthersAndMayReplaceOne()
    {
        var table = FunctionTable.Standard.With(
            new KlFunction("twice", "Two times the number.", [new FunctionParameter("number", TypeConstraint.Number)], call => Value.List(call[0], call[0])),
            new KlFunction("upper", "Not upper.", [new FunctionParameter("text", TypeConstraint.String)], call => Value.Of("mine")));
        var scope = EvaluationScope.Of(new Dictionary<string, Value>(), table);

        EvaluatorTests.Run("[twice(\"2\"), upper(\"a\"), lower(\"A\")]", scope).Value.ToString().ShouldBe("[[2, 2], \"mine\", \"a\"]");
        FunctionTable.Standard.Find("twice").ShouldBeNull();
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse("2026-01-31T14:00:05.9+02:00", CultureInfo.InvariantCulture);
    }
}
