using System.Reflection;
using Kolumn.Compliance.Checks;
using Kolumn.Compliance.Reporting;
using Kolumn.Compliance.Rules;
using Kolumn.Testing;

namespace Kolumn.Compliance.Tests;

public sealed class RuleTableTests
{
    [Fact]
    public void Documentation_TableOfRules_IsThatOfTheCode()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "verify.md"));

        text.ShouldEndWith(MarkdownReport.OfRules(), customMessage: "docs/verify.md ends with what `kolumn verify --rules` writes.");
    }

    [Fact]
    public void All_EveryRuleOfTheTable_IsThereOnce()
    {
        var declared = typeof(RuleTable).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(p => p.GetValue(null)).OfType<Rule>().ToList();

        RuleTable.All.ShouldBe(declared, ignoreOrder: true);
        RuleTable.All.Select(r => r.Id).ShouldBeUnique();
    }

    [Fact]
    public void Checks_EveryRule_IsDecidedBySomeOfThem()
    {
        var decided = CheckTable.All.Append(CheckTable.Schema).SelectMany(c => c.Rules).Concat(Overall.Rules);

        RuleTable.All.Except(decided).Select(r => r.Id).ShouldBeEmpty();
    }

    [Fact]
    public void Find_Group_IsAllOfIt()
    {
        RuleTable.Find("schema").Select(r => r.Id).ShouldBe(["schema.answers", "schema.types", "schema.stable", "schema.sensitive", "schema.config"]);
        RuleTable.Find("schema.types").ShouldBe([RuleTable.SchemaTypes]);
        RuleTable.Find("schem").ShouldBeEmpty();
    }
}
