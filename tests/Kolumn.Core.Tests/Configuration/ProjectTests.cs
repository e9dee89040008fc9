using System.Text;
using Kolumn.Core.Configuration;
using Kolumn.Core.Tests.Support;
using Kolumn.Language;
using Kolumn.Protocol;

namespace Kolumn.Core.Tests.Configuration;

public sealed class ProjectTests
{
    [Theory]
    [InlineData("module \"m\" {}", "1:1 UNSUPPORTED_BLOCK \"module\" blocks are not part of this version")]
    [InlineData("discover \"t\" \"n\" {}", "1:1 UNSUPPORTED_BLOCK \"discover\" blocks are not part of this version")]
    [InlineData("resource \"t\" \"n\" {}", "1:1 UNSUPPORTED_BLOCK \"resource\" blocks are not part of this version")]
    [InlineData("crate \"t\" \"n\" {}", "1:1 UNKNOWN_BLOCK Unknown block \"crate\"")]
    [InlineData("x = 1", "1:1 UNKNOWN_BLOCK Attribute outside of a block")]
    [InlineData("create \"t\" {}", "1:1 INVALID_BLOCK Wrong number of labels")]
    [InlineData("create \"t\" \"a b\" {}", "1:12 INVALID_BLOCK Not a name")]
    [InlineData("provider \"p\" {}\nprovider \"p\" {}", "2:1 DUPLICATE_DEFINITION Defined twice")]
    [InlineData("create \"t\" \"n\" {}\ncreate \"t\" \"n\" {}", "2:1 DUPLICATE_DEFINITION Defined twice")]
    [InlineData("locals { a = local.b }\nlocals { b = local.a }", "1:10 DEPENDENCY_CYCLE References run in a circle")]
    [InlineData("locals { a = local.a }", "1:10 REFERENCE_CYCLE References run in a circle")]
    [InlineData("create \"t\" \"a\" { x = t.b }\ncreate \"t\" \"b\" { x = local.l }\nlocals { l = [t.a] }", "3:10 DEPENDENCY_CYCLE References run in a circle")]
    [InlineData("kolumn { backend = 1 }", "1:10 UNSUPPORTED_BLOCK Setting without effect")]
    public void Load_TextWithAMistake_ReportsItsPlace(string text, string expected)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", text);

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Diagnostics.Select(d => $"{d.Place!.Line}:{d.Place.Column} {d.Code} {d.Summary}").ShouldBe([expected]);
        (load.Project is null).ShouldBe(load.Diagnostics[0].Severity == Severity.Error);
    }

    [Fact]
    public void Load_Circle_NamesItsMembersInOrder()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", "create \"t\" \"a\" { x = t.b }\ncreate \"t\" \"b\" { x = local.l }\nlocals { l = [t.a] }\ncreate \"t\" \"c\" { x = t.a }");

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Diagnostics.ShouldHaveSingleItem().Detail!.ShouldStartWith("local.l -> t.a -> t.b -> local.l: none of them can come first.");
    }

    [Fact]
    public void Load_BinaryHugeAndBrokenFiles_AreEachReportedWithoutStoppingTheOthers()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("good.kl", "locals { a = 1 }");
        File.WriteAllBytes(Path.Combine(directory.Path, "binary.kl"), [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0, 0]);
        File.WriteAllBytes(Path.Combine(directory.Path, "latin.kl"), [.. Encoding.ASCII.GetBytes("locals { b = \""), 0xe4, (byte)'"', (byte)'}']);
        directory.Write("syntax.kl", "locals {\n  c = \n}\n");

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Project.ShouldBeNull();
        load.Diagnostics.Select(d => $"{Path.GetFileName(d.Place!.File)} {d.Code}").ShouldBe(["binary.kl NOT_TEXT", "latin.kl NOT_TEXT", "syntax.kl INVALID_EXPRESSION"]);
    }

    [Fact]
    public void Load_HundredMegabytes_AreRefusedUnread()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", "locals { a = 1 }");
        using (var huge = File.Create(Path.Combine(directory.Path, "huge.kl")))
        {
            huge.SetLength(100L * 1024 * 1024);
        }

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        var refused = load.Diagnostics.ShouldHaveSingleItem();
        refused.Code.ShouldBe(LanguageCodes.FileTooLarge);
        refused.Detail!.ShouldContain("huge.kl");
    }

    [Fact]
    public void Load_LinkThatLeadsNowhere_IsReportedByName()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "making a link needs a privilege there");
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", "locals { a = 1 }");
        File.CreateSymbolicLink(Path.Combine(directory.Path, "gone.kl"), Path.Combine(directory.Path, "nowhere"));

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        var unreadable = load.Diagnostics.ShouldHaveSingleItem();
        (unreadable.Code, unreadable.Detail!.Contains("gone.kl", StringComparison.Ordinal)).ShouldBe((CoreCodes.FileUnreadable, true));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Load_NothingThere_SaysWhatIsMissing(bool exists)
    {
        using var directory = new TemporaryDirectory();

        var load = Project.Load(new ProjectOptions { Path = exists ? directory.Path : Path.Combine(directory.Path, "none") });

        load.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.NoConfiguration);
    }

    [Fact]
    public void RequiredProviders_TransportInABlock_IsCarried()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", "provider \"sqlite\" {\n  database  = \"a.db\"\n  transport = \"unix\"\n}\n");

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Project!.RequiredProviders.ShouldHaveSingleItem().Transport.ShouldBe("unix");
    }

    [Fact]
    public void RequiredProviders_BlocksAndRequirements_AreNamedWithSourceVersionAndInstances()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", """
            kolumn {
              required_providers {
                postgres = { source = "kolumn/postgres", version = "~> 1.2" }
              }
            }
            provider "postgres" {}
            provider "postgres" "archive" { version = "!= 1.3.0" }
            provider "sqlite" { version = "0.1.0" }
            """);

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Diagnostics.ShouldBeEmpty();
        load.Project!.RequiredProviders.Select(p => $"{p.Id} {p.Source} {p.Version} [{string.Join(", ", p.Instances)}]").ShouldBe(
            ["postgres kolumn/postgres != 1.3.0, ~> 1.2 [postgres, postgres.archive]", "sqlite  = 0.1.0 [sqlite]"]);
    }

    [Theory]
    [InlineData("version = \"latest\"", "INVALID_VALUE 2:13 Not a version constraint")]
    [InlineData("version = 1.2", "INVALID_VALUE 2:13 \"version\" has to be a literal string")]
    [InlineData("version = var.v", "INVALID_VALUE 2:13 \"version\" has to be a literal string")]
    [InlineData("source = \"${var.v}/x\"", "INVALID_VALUE 2:12 \"source\" has to be a literal string")]
    public void RequiredProviders_SettingThatCannotBeRead_IsReportedAtItsPlace(string setting, string expected)
    {
        using var directory = new TemporaryDirectory();
        directory.Write("main.kl", $"provider \"sqlite\" {{\n  {setting}\n}}\nvariable \"v\" {{}}\n");

        var load = Project.Load(new ProjectOptions { Path = directory.Path });

        load.Diagnostics.Select(d => $"{d.Code} {d.Place!.Line}:{d.Place.Column} {d.Summary}").ShouldBe([expected]);
        load.Project.ShouldBeNull();
    }
}
