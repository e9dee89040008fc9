using System.Text;
using Kolumn.Core.Configuration;
using Kolumn.Core.Tests.Support;

namespace Kolumn.Core.Tests.Configuration;

public sealed class ReferenceGraphTests
{
    [Fact]
    public void Order_TwentyThousandEachNeedingTheNext_NeedsNoDeepStack()
    {
        const int count = 20_000;
        using var directory = new TemporaryDirectory();
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"create \"t\" \"n{i}\" {{ x = t.n{i + 1} }}\n");
        }

        directory.Write("main.kl", text.Append(System.Globalization.CultureInfo.InvariantCulture, $"create \"t\" \"n{count}\" {{}}").ToString());

        var graph = Project.Load(new ProjectOptions { Path = directory.Path }).Project!.Graph;

        graph.Order.ShouldBe(Enumerable.Range(0, count + 1).Reverse().Select(i => $"t.n{i}"));
        graph.ResourcesOf("t.n0").ShouldBe(["t.n1"]);
    }

    [Fact]
    public void ResourcesOf_ByWayOfLocals_AreTheDirectOnes()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", """
            locals {
              one = [for r in [t.a, t.b] : r.name]
              two = { all = local.one, name = t["c"].name }
            }
            create "t" "a" {}
            create "t" "b" { x = t.a }
            create "t" "c" {}
            create "t" "d" { x = "${local.two.name} ${t.d.name} ${other.thing}" }
            """);

        var graph = Project.Load(new ProjectOptions { Path = directory.Path }).Project!.Graph;

        graph.ResourcesOf("t.d").ShouldBe(["t.a", "t.b", "t.c"]);
        graph.ResourcesOf("t.b").ShouldBe(["t.a"]);
    }
}
