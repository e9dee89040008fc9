using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Engine;

namespace Kolumn.Sdk.Tests.Engine;

public sealed class LockSummaryTests
{
    private static readonly HashSet<string> Created = ["new"];

    private static readonly Statement[] Statements =
    [
        new("a") { Locks = [Lock("SHARE", "orders", 5), Lock("EXCLUSIVE", "new", 8)] },
        new("b") { Locks = [Lock("EXCLUSIVE", "orders", 8), Lock("SHARE", "users", 5)] },
        new("c") { Locks = [Lock("EXCLUSIVE", "new", 8)] },
    ];

    [Fact]
    public void Strongest_SeveralOnOneObject_KeepsTheStrongestAndNoneOnWhatIsNew() =>
        LockSummary.Strongest(Statements, Created).Select(taken => $"{taken.Mode} on {taken.Object}").ShouldBe(["EXCLUSIVE on orders", "SHARE on users"]);

    [Fact]
    public void Details_StandBesideTheirStatements() =>
        LockSummary.Details(Statements, Created)!.Select(detail => string.Join(", ", (detail.Locks ?? []).Select(taken => $"{taken.Mode} on {taken.Object}")))
            .ShouldBe(["SHARE on orders", "EXCLUSIVE on orders, SHARE on users", ""]);

    [Fact]
    public void Details_NothingToSay_AreAbsent() => LockSummary.Details(Statements[2..], Created).ShouldBeNull();

    private static ObjectLock Lock(string mode, string on, int strength) => new(mode, on, null) { Strength = strength };
}
