namespace Kolumn.Language.Tests;

public sealed class DidYouMeanTests
{
    private static readonly string[] Names = ["name", "nullable", "type", "default", "primary_key"];

    [Theory]
    [InlineData("nmae", "name")]
    [InlineData("Name", "name")]
    [InlineData("nulable", "nullable")]
    [InlineData("typ", "type")]
    [InlineData("defualt", "default")]
    [InlineData("primarykey", "primary_key")]
    [InlineData("primery_kee", "primary_key")]
    [InlineData("unique", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("name", null)]
    public void Find_Name_GivesTheNearestOrNothing(string name, string? expected) => DidYouMean.Find(name, Names).ShouldBe(expected);

    [Fact]
    public void Find_SeveralNear_GivesTheNearest() => DidYouMean.Find("colum_b", ["column_a", "column_b"]).ShouldBe("column_b");

    [Fact]
    public void Find_VeryLongName_IsNotCompared() => DidYouMean.Find(new string('a', 100_000), [new string('a', 100_001)]).ShouldBeNull();
}
