using Kolumn.Compliance.Rules;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

/// <summary>The providers that come with Kolumn miss nothing.</summary>
public sealed class SoundProviderTests(PostgresDatabases postgres, MariaDbDatabases mariaDb)
{
    [Fact]
    public async Task Verify_SoundProvider_ReachesFull()
    {
        var report = await Verified.RunAsync("");

        Misses(report).ShouldBeEmpty();
        report.Level.ShouldBe(ComplianceLevel.Full);
    }

    [Fact]
    public async Task Verify_Postgres_ReachesFullInItsProfile()
    {
        await using var database = await postgres.CreateAsync(TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        var options = new VerifyOptions { Executable = Repository.Executable("Kolumn.Providers.Postgres", "kolumn-provider-postgres"), Profile = Profile.Find("sql") };
        var (read, faults) = VerifyFile.Read(folder.Write("verify.json", Fixtures.Postgres(database.Url)), options);
        faults.ShouldBeEmpty();

        var (report, fault) = await Verification.RunAsync(read!, TestContext.Current.CancellationToken);

        fault.ShouldBeNull();
        Misses(report).ShouldBeEmpty();
        report.Level.ShouldBe(ComplianceLevel.Full);
        report.Findings.Where(f => f.Verdict == Verdict.Skipped).Select(f => $"{f.Rule.Id} {f.Subject}").ShouldBe(["resource.create database"]);
        (await database.QueryAsync("SELECT relname::text FROM pg_class WHERE relname LIKE 'kv%'", TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    /// <summary>The rules that are hard to keep where each change commits by itself; `kolumn verify` with examples/verify/mysql.json tries all of them.</summary>
    [Fact]
    public async Task Verify_MySql_MissesNoneOfTheRulesAboutSafety()
    {
        await using var database = await mariaDb.CreateAsync(TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        var options = new VerifyOptions
        {
            Executable = Repository.Executable("Kolumn.Providers.MySql", "kolumn-provider-mysql"),
            Only = ["apply", "audit", "migration", "outbox", "quarantine"],
        };
        var (read, faults) = VerifyFile.Read(folder.Write("verify.json", Fixtures.MySql(database.Url)), options);
        faults.ShouldBeEmpty();

        var (report, fault) = await Verification.RunAsync(read!, TestContext.Current.CancellationToken);

        fault.ShouldBeNull();
        Misses(report).ShouldBeEmpty();
        report.Findings.Where(f => f.Verdict == Verdict.Passed).Select(f => f.Rule.Id.Split('.')[0]).ToHashSet().IsSupersetOf(options.Only).ShouldBeTrue();
        (await database.QueryAsync("SELECT table_name FROM information_schema.tables WHERE table_schema = database() AND table_name LIKE 'kv%'", TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Misses(VerificationReport report) => report.Findings
        .Where(f => f.Verdict is Verdict.Failed or Verdict.Unknown)
        .Select(f => $"{f.Rule.Id} {f.Subject}: {f.What}\n> {f.Sent}\n< {f.Received}");
}
