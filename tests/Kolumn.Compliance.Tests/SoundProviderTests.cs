using Kolumn.Compliance.Rules;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The providers that come with Kolumn miss nothing.</summary>
public sealed class SoundProviderTests(OwnPostgresServer postgres, MariaDbDatabases mariaDb) : IClassFixture<OwnPostgresServer>
{
    /// <summary>Any value runs what proves the levels that take long.</summary>
    private const string Switch = "KOLUMN_TEST_LEVELS";

    [Fact]
    public async Task Verify_Postgres_ReachesCertifiedInItsProfile()
    {
        var report = await VerifyAsync(
            new VerifyOptions { Executable = Repository.Executable("Kolumn.Providers.Postgres", "kolumn-provider-postgres"), Profile = Profile.Find("sql") }, Fixtures.Postgres(postgres.ServerUrl));

        report.Findings.Where(f => f.Verdict != Verdict.Passed).Select(Described).ShouldBeEmpty();
        report.Level.ShouldBe(ComplianceLevel.Certified);
        (await postgres.QueryAsync(
            "SELECT relname FROM pg_class WHERE relname LIKE 'kv%' UNION ALL SELECT datname FROM pg_database WHERE datname LIKE 'kv%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'kv%'",
            TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    /// <summary>The rules that are hard to keep where each change commits by itself.</summary>
    [Fact]
    public async Task Verify_MySql_MissesNoneOfTheRulesAboutSafety()
    {
        await using var database = await mariaDb.CreateAsync(TestContext.Current.CancellationToken);
        string[] safety = ["apply", "audit", "migration", "outbox", "quarantine"];

        var report = await VerifyAsync(MySql with { Only = safety }, Fixtures.MySql(database.Url));

        Misses(report).ShouldBeEmpty();
        report.Findings.Where(f => f.Verdict == Verdict.Passed).Select(f => f.Rule.Id.Split('.')[0]).ToHashSet().IsSupersetOf(safety).ShouldBeTrue();
        (await RestAsync(database)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Verify_MySql_ReachesFullInItsProfile()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable(Switch) is { Length: > 0 }, $"All rules on a database that commits each change by itself take a minute: {Switch}=1 tries them.");
        await using var database = await mariaDb.CreateAsync(TestContext.Current.CancellationToken);

        var report = await VerifyAsync(MySql with { Profile = Profile.Find("sql") }, Fixtures.MySql(database.Url));

        Misses(report).ShouldBeEmpty();
        report.Level.ShouldBe(ComplianceLevel.Full);
        (await RestAsync(database)).ShouldBeEmpty();
    }

    private static VerifyOptions MySql => new() { Executable = Repository.Executable("Kolumn.Providers.MySql", "kolumn-provider-mysql") };

    private static Task<IReadOnlyList<string?>> RestAsync(MariaDbDatabase database) => database.QueryAsync(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name LIKE 'kv%'", TestContext.Current.CancellationToken);

    private static async Task<VerificationReport> VerifyAsync(VerifyOptions options, string file)
    {
        using var folder = new TemporaryFolder();
        var (read, faults) = VerifyFile.Read(folder.Write("verify.json", file), options);
        faults.ShouldBeEmpty();
        var (report, fault) = await Verification.RunAsync(read!, TestContext.Current.CancellationToken);
        fault.ShouldBeNull();
        return report;
    }

    private static IEnumerable<string> Misses(VerificationReport report) => report.Findings
        .Where(f => f.Verdict is Verdict.Failed or Verdict.Unknown).Select(Described);

    private static string Described(Finding finding) => $"{finding.Rule.Id} {finding.Subject}: {finding.What}\n> {finding.Sent}\n< {finding.Received}";
}
