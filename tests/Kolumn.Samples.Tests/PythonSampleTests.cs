using Kolumn.Servers;
using Kolumn.Testing;

namespace Kolumn.Samples.Tests;

/// <summary>samples/python: tables of an SQLite file.</summary>
public sealed class PythonSampleTests : SampleContract
{
    private const string Run = "import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); [print(*row, sep='|') for row in d.execute(sys.argv[2])]; d.commit()";

    private protected override Sample Sample => Sample.Python;

    private protected override string Expected => """
        CREATE TABLE "customers" ("id" INTEGER, "email" TEXT NOT NULL, PRIMARY KEY ("id"))
        CREATE UNIQUE INDEX "customers_by_email" ON "customers" ("email")
        """;

    private protected override (string Old, string New, string Said) Mistake => ("type = \"TEXT\"", "type = \"TEXT); DROP\"", "a type is made of words");

    [Fact]
    public async Task Apply_ColumnsChange_RowsAndIndexesStay()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        await SqlAsync(project, "INSERT INTO customers VALUES (1, 'a@example.org')");

        project.Edit("shop.kl", "{ name = \"id\",", "{ name = \"town\", type = \"TEXT\" },\n    { name = \"id\",");
        await project.ExpectAsync(0, "apply", "--auto-approve");

        (await SqlAsync(project, "SELECT town, id, email FROM customers")).ShouldBe("None|1|a@example.org");
        (await LookAsync(project)).ShouldBe(Expected.Replace("(\"id\" INTEGER", "(\"town\" TEXT, \"id\" INTEGER", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apply_RefusedByTheDatabase_ChangesNothing()
    {
        using var project = await SampleProject.OfAsync(Sample, Token);
        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        await SqlAsync(project, "INSERT INTO customers VALUES (1, 'a@example.org')");

        project.Edit("shop.kl", "{ name = \"id\",", "{ name = \"town\", type = \"TEXT\", not_null = true },\n    { name = \"id\",");
        var refused = await project.ExpectAsync(1, "apply", "--auto-approve");

        refused.ShouldContain("NOT NULL constraint failed");
        (await LookAsync(project)).ShouldBe(Expected);
        (await SqlAsync(project, "SELECT * FROM customers")).ShouldBe("1|a@example.org");
    }

    /// <summary>By the walk of docs/writing-a-provider.md, tried as written, which ends with it.</summary>
    [Fact]
    public override async Task Verify_AgainstTheSpecification_ReachesFull()
    {
        await Sample.BuiltAsync(Token);
        var (install, commands) = DocumentationTests.WalkAsWritten;
        DocumentationTests.Read("samples/python/README.md").ShouldContain(install, Case.Sensitive, "The packages are the sample's.");
        using var folder = new TemporaryFolder();
        foreach (var name in (string[])["samples", "protos"])
        {
            Directory.CreateSymbolicLink(folder.File(name), Path.Combine(Repository.Root, name));
        }

        var kolumn = Path.GetDirectoryName(Repository.Executable("Kolumn.Cli", "kolumn"));
        var walk = await Command.RunAsync("/bin/sh", ["-c", $"set -e; cd '{folder.Path}'; PATH='{kolumn}':$PATH\n{commands}"], TimeSpan.FromMinutes(2), Token);

        walk.ExitCode.ShouldBe(0, walk.Output + walk.Errors);
        walk.Output.ShouldContain("No changes.");
        walk.Output.ShouldContain("Level Full.");
    }

    private protected override Task<string> LookAsync(SampleProject project) => SqlAsync(project, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");

    private protected override Task TamperAsync(SampleProject project) => SqlAsync(project, "ALTER TABLE customers ADD COLUMN note TEXT");

    private static async Task<string> SqlAsync(SampleProject project, string sql)
    {
        var run = await Command.RunAsync("/usr/bin/python3", ["-c", Run, project.FileOf("shop.db"), sql], TimeSpan.FromSeconds(30), Token);
        run.ExitCode.ShouldBe(0, run.Errors);
        return run.Output.Trim();
    }
}
