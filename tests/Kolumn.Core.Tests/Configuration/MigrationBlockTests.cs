using Kolumn.Core.Migrating;
using Kolumn.Core.Tests.Support;

namespace Kolumn.Core.Tests.Configuration;

public sealed class MigrationBlockTests
{
    [Theory]
    [InlineData("count = 2\n step { sql = \"SELECT 1\" }", "Not part of a migration")]
    [InlineData("step { sqll = \"SELECT 1\" }", "Unknown attribute \"sqll\"")]
    [InlineData("precheck \"x\" { name = \"y\" }", "Named twice")]
    [InlineData("resource = 7\n column = \"a\"", "Not a resource")]
    [InlineData("step { sql = var.secret }", "A migration cannot hold a secret")]
    [InlineData("provider = nobody\n step { sql = \"SELECT 1\" }", "There is no provider nobody")]
    [InlineData("safety { quarantine = true }", "Unknown attribute \"quarantine\"")]
    public async Task Block_ThatCannotBeMeant_IsRefusedWithItsPlace(string body, string summary)
    {
        using var project = new TestProject();
        project.Write($$"""
            provider "files" { directory = env.FILES }
            variable "secret" {
              default   = "s3cret"
              sensitive = true
            }
            migration "1" {
              {{body}}
            }
            """);

        var found = (await project.Engine().ValidateAsync(TestProject.Token)).Diagnostics;

        found.ShouldContain(d => d.Summary == summary && d.Place != null && d.Place.Line >= 6, string.Join('\n', found));
    }

    [Fact]
    public async Task Provider_WithoutMigrations_IsSaid()
    {
        using var project = new TestProject();
        project.Write("""
            provider "files" { directory = env.FILES }
            migration "1" {
              step { sql = "SELECT 1" }
            }
            """);

        var result = await project.Engine().MigrateAsync(new MigrateOptions { Verb = MigrateVerb.Plan }, TestProject.Token);

        result.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("The provider files has no migrations");
    }

    [Fact]
    public void Names_HoldNumbers_AreOrderedByThem() =>
        new[] { "10_b", "2_a", "b", "02", "a10b2", "a10b10", "a9", "2", "a" }.Order(MigrationOrder.ByName).ShouldBe(["02", "2", "2_a", "10_b", "a", "a9", "a10b2", "a10b10", "b"]);
}
