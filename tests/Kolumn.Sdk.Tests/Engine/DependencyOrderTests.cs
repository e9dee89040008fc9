using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class DependencyOrderTests
{
    [Fact]
    public void Sort_NothingDepends_KeepsTheInputOrder()
    {
        var (order, cycles) = DependencyOrder.Sort([[], [], []]);

        order.ShouldBe([0, 1, 2]);
        cycles.ShouldBeEmpty();
    }

    [Fact]
    public void Sort_Diamond_DependenciesFirstAndTiesByInput()
    {
        // 0 needs 1 and 2, both need 3; 4 stands alone.
        var (order, cycles) = DependencyOrder.Sort([[2, 1], [3], [3, 3], [], []]);

        order.ShouldBe([3, 1, 2, 0, 4]);
        cycles.ShouldBeEmpty();
    }

    [Fact]
    public void Sort_SelfReference_IsNoCycle()
    {
        var (order, cycles) = DependencyOrder.Sort([[0]]);

        order.ShouldBe([0]);
        cycles.ShouldBeEmpty();
    }

    [Fact]
    public void Sort_TwoCycles_NamesTheMembersOfBoth()
    {
        // 0 hangs on the cycle 1 -> 2 -> 3 -> 1; 4 and 5 need each other.
        var (order, cycles) = DependencyOrder.Sort([[1], [2], [3], [1], [5], [4]]);

        cycles.Count.ShouldBe(2);
        cycles[0].ShouldBe([1, 2, 3]);
        cycles[1].ShouldBe([4, 5]);
        order.Order().ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void Sort_ChainOf100000_NeedsNoStack()
    {
        const int Length = 100_000;
        var (order, cycles) = DependencyOrder.Sort([.. Enumerable.Range(0, Length).Select(i => (IReadOnlyCollection<int>)(i + 1 < Length ? [i + 1] : []))]);

        order.ShouldBe(Enumerable.Range(0, Length).Reverse());
        cycles.ShouldBeEmpty();
    }

    [Fact]
    public void Sort_LongCycle_NeedsNoStack()
    {
        const int Length = 100_000;
        var (_, cycles) = DependencyOrder.Sort([.. Enumerable.Range(0, Length).Select(i => (IReadOnlyCollection<int>)[(i + 1) % Length])]);

        cycles.ShouldHaveSingleItem().Count.ShouldBe(Length);
    }
}
