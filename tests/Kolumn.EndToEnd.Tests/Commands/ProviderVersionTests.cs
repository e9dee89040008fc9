namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The version that a provider block demands, from <c>init</c>, which locks, to the commands that start what is locked.</summary>
public sealed class ProviderVersionTests : IDisposable
{
    private readonly KolumnProject _project = new();

    [Fact]
    public async Task Version_Constraint_DecidesWhatIsLockedAndWhatIsStarted()
    {
        // 1: nothing that is admitted is there
        Demand("~> 1.2");
        var refused = await _project.ExpectAsync(1, "init");
        refused.ShouldContain("is version 0.1.0, which \"~> 1.2\" does not admit");
        refused.ShouldContain("main.kl:1:1");
        refused.ShouldContain("Install a version that it admits, or change version in the configuration");
        File.Exists(_project.File(".kolumn.lock")).ShouldBeFalse();

        // 2: admitted, locked, used
        Demand(">= 0.1, < 1.0");
        (await _project.ExpectAsync(0, "init")).ShouldContain("sqlite 0.1.0, locked");
        await _project.ExpectAsync(2, "plan", "--detailed-exitcode");

        // 3: no longer admitted
        Demand(">= 0.1, != 0.1.0");
        var stale = await _project.ExpectAsync(1, "plan");
        stale.ShouldContain(".kolumn.lock names version 0.1.0, which \">= 0.1, != 0.1.0\" does not admit; it was not executed");
        stale.ShouldContain("kolumn init --upgrade");
        stale.ShouldContain("main.kl:1:1");

        // 4: admitted again
        Demand("~> 0.1.0");
        await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
    }

    [Theory]
    [InlineData("init")]
    [InlineData("validate")]
    [InlineData("plan")]
    public async Task Version_NoConstraint_IsRefusedAtItsPlace(string command)
    {
        Demand("newest");

        var said = await _project.ExpectAsync(1, command);

        said.ShouldContain("Not a version constraint");
        said.ShouldContain("main.kl:3:14");
        said.ShouldContain("\">= 1.0, < 2.0\"");
    }

    public void Dispose() => _project.Dispose();

    private void Demand(string constraint) => _project.Write("main.kl", $$"""
        provider "sqlite" {
          database = "test.db"
          version  = "{{constraint}}"
        }
        create "sqlite_table" "a" {
          column "id" {
            type = "INTEGER"
          }
        }

        """);
}
