using System.Text.Json.Nodes;

namespace Kolumn.Language.Tests;

public sealed class ValueTests
{
    private const string Json = """{"z":1,"a":[true,null,"x",1.25,-3,12345678901234567890123],"o":{"b":{},"a":[]}}""";

    [Fact]
    public void Equals_ObjectsInAnotherOrder_AreEqualAndKeepTheirOrder()
    {
        var left = Value.Object(("z", Value.Of(1)), ("a", Value.List(Value.Of("x"))));
        var right = Value.Object(("a", Value.List(Value.Of("x"))), ("z", Value.Of(1)));

        left.ShouldBe(right);
        left.GetHashCode().ShouldBe(right.GetHashCode());
        left.Members.Select(m => m.Key).ShouldBe(["z", "a"]);
        right.Members.Select(m => m.Key).ShouldBe(["a", "z"]);
    }

    [Fact]
    public void Equals_SetsInAnotherOrder_AreEqualAndListsAreNot()
    {
        Value.Set([Value.Of(1), Value.Of(2)]).ShouldBe(Value.Set([Value.Of(2), Value.Of(1), Value.Of(2)]));
        Value.List(Value.Of(1), Value.Of(2)).ShouldNotBe(Value.List(Value.Of(2), Value.Of(1)));
        Value.Set([Value.Of(1)]).ShouldNotBe(Value.List(Value.Of(1)));
    }

    [Fact]
    public void Equals_DifferentKindsOrMembers_AreNotEqual()
    {
        Value.Of("1").ShouldNotBe(Value.Of(1));
        Value.Null.ShouldNotBe(Value.Of(""));
        Value.Object(("a", Value.Null)).ShouldNotBe(Value.EmptyObject);
        Value.Object(("a", Value.Null)).ShouldNotBe(Value.Object(("b", Value.Null)));
        Value.Of(1).WithSensitive(true).ShouldBe(Value.Of(1));
    }

    [Fact]
    public void Object_NameTwice_LastValueAtTheFirstPlace() =>
        Value.Object(("a", Value.Of(1)), ("b", Value.Of(2)), ("a", Value.Of(3))).ToString().ShouldBe("{ a = 3, b = 2 }");

    [Fact]
    public void With_ExistingOrNewName_ReplacesInPlaceOrAppends()
    {
        var value = Value.Object(("a", Value.Of(1)), ("b", Value.Of(2))).WithSensitive(true);

        var changed = value.With("a", Value.Of(9)).With("c", Value.Of(3));

        changed.IsSensitive.ShouldBeTrue();
        changed.WithSensitive(false).ToString().ShouldBe("{ a = 9, b = 2, c = 3 }");
        value.Members.Count.ShouldBe(2);
    }

    [Fact]
    public void ContainsFlags_SomethingDeepWithin_AreSet()
    {
        var value = Value.List(Value.Object(("a", Value.Unknown), ("b", Value.Of(1).WithSensitive(true))));

        value.ContainsUnknown.ShouldBeTrue();
        value.ContainsSensitive.ShouldBeTrue();
        value.IsSensitive.ShouldBeFalse();
        value.Depth.ShouldBe(2);
        value.Weight.ShouldBe(4);
    }

    [Fact]
    public void ToString_SensitiveAndUnknown_AreNotShown() =>
        Value.Object(("password", Value.Of("s3cret").WithSensitive(true)), ("id", Value.Unknown), ("a b", Value.Null)).ToString()
            .ShouldBe("{ password = (sensitive value), id = (known after apply), \"a b\" = null }");

    [Fact]
    public void Json_ThereAndBack_KeepsOrderAndDigits()
    {
        var value = ValueJson.FromJson(JsonNode.Parse(Json));

        ValueJson.ToJson(value)!.ToJsonString().ShouldBe(Json);
        ValueJson.FromJson(System.Text.Json.JsonDocument.Parse(Json).RootElement).ShouldBe(value);
    }

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1e2", "100")]
    [InlineData("0.10", "0.1")]
    [InlineData("1e30", "1000000000000000000000000000000")]
    public void ToJson_Numbers_AreWrittenPlain(string number, string expected) =>
        ValueJson.ToJson(Value.Of(Number.Parse(number)!.Value))!.ToJsonString().ShouldBe(expected);

    [Fact]
    public void FromJson_NodesMadeInCode_AreRead()
    {
        var node = new JsonObject { ["i"] = 5, ["l"] = 5L, ["d"] = 1.5, ["m"] = 2.50m, ["s"] = "x", ["b"] = true, ["n"] = null };

        ValueJson.FromJson(node).ToString().ShouldBe("{ i = 5, l = 5, d = 1.5, m = 2.5, s = \"x\", b = true, n = null }");
    }

    [Fact]
    public void ToJson_Unknown_Throws() =>
        Should.Throw<InvalidOperationException>(() => ValueJson.ToJson(Value.List(Value.Unknown)));

    [Fact]
    public void As_WrongKind_Throws() =>
        Should.Throw<InvalidOperationException>(() => Value.Of(1).AsString()).Message.ShouldBe("The value is a number, not of kind String.");

    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("\n\r\t\u0001", "\"\\n\\r\\t\\u0001\"")]
    [InlineData("${x} %{y} $5 %", "\"$${x} %%{y} $5 %\"")]
    public void Quote_AnyText_ReadsBackAsTheSame(string text, string expected)
    {
        ValueText.Quote(text).ShouldBe(expected);
        EvaluatorTests.Run(expected, EvaluationScope.Empty).Value.AsString().ShouldBe(text);
    }
}
