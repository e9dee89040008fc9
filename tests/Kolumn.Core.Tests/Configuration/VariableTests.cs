using Kolumn.Core.Tests.Support;

namespace Kolumn.Core.Tests.Configuration;

public sealed class VariableTests
{
    private const string Echo = TestProject.Provider + """
        create "files_document" "echo" { content = jsonencode(var.x) }

        """;

    /// <summary>Every source gives another value; leaving out the strongest one by one shows the order.</summary>
    [Theory]
    [InlineData(0, "-var")]
    [InlineData(1, "KOLUMN_VAR_")]
    [InlineData(2, "KOL_VAR_")]
    [InlineData(3, "TF_VAR_")]
    [InlineData(4, "second -var-file")]
    [InlineData(5, "first -var-file")]
    [InlineData(6, "kolumn.klvars")]
    [InlineData(7, "b.auto.klvars")]
    [InlineData(8, "a.auto.klvars")]
    [InlineData(9, "variables.klvars")]
    [InlineData(10, "default")]
    public async Task Value_GivenInManyPlaces_ComesFromTheStrongest(int without, string expected)
    {
        using var project = new TestProject();
        project.Write(Echo + """variable "x" { default = "default" }""");
        string[] files = ["variables.klvars", "a.auto.klvars", "b.auto.klvars", "kolumn.klvars"];
        foreach (var file in files.Take(10 - without))
        {
            project.Write($"x = \"{file}\"", file);
        }

        project.Write("x = \"first -var-file\"", "one.klvars");
        project.Write("x = \"second -var-file\"", "two.klvars");
        string[] prefixes = ["TF_VAR_", "KOL_VAR_", "KOLUMN_VAR_"];
        foreach (var prefix in prefixes.Take(Math.Max(0, 4 - without)))
        {
            project.Environment[prefix + "x"] = prefix;
        }

        var varFiles = new[] { "one.klvars", "two.klvars" }.Take(Math.Max(0, 6 - without)).Select(project.PathTo).ToList();
        project.Environment["FILES"] = project.World;
        var options = new Kolumn.Core.Configuration.ProjectOptions
        {
            Path = project.Path,
            Environment = project.Environment,
            VariableFiles = varFiles,
            Variables = without == 0 ? [new("x", "ignored"), new("x", "-var")] : [],
        };

        var result = await new KolumnEngine(options, project.Registry).PlanAsync(isDestroy: false, TestProject.Token);

        result.Diagnostics.ShouldBeEmpty();
        project.Files.Plans[0].DesiredState[0].Config["content"]!.GetValue<string>().ShouldBe($"\"{expected}\"");
    }

    [Theory]
    [InlineData("""variable "x" { type = list(string) }""", """["a", "b"]""", """["a","b"]""")]
    [InlineData("""variable "x" { type = number }""", "12", "12")]
    [InlineData("""variable "x" { type = bool }""", "true", "true")]
    [InlineData("""variable "x" { type = string }""", "true", "\"true\"")]
    [InlineData("""variable "x" {}""", "[1]", "\"[1]\"")]
    [InlineData("""variable "x" { type = object({ a = string, b = optional(number, 3) }) }""", """{ a = 1 }""", """{"a":"1","b":3}""")]
    public async Task Value_FromTheCommandLine_IsReadByItsType(string declaration, string text, string json)
    {
        using var project = new TestProject();
        project.Write(Echo + declaration);
        project.Variables.Add(new("x", text));

        var result = await project.PlanAsync();

        result.Diagnostics.ShouldBeEmpty();
        project.Files.Plans[0].DesiredState[0].Config["content"]!.GetValue<string>().ShouldBe(json);
    }

    [Theory]
    [InlineData("""variable "x" {}""", null, "MISSING_VARIABLE No value for variable \"x\"")]
    [InlineData("""variable "x" { type = number }""", "many", "UNKNOWN_NAME *")]
    [InlineData("""variable "x" { type = list(number) }""", """["many"]""", "WRONG_TYPE Wrong type")]
    [InlineData("variable \"x\" {\n validation {\n  condition     = length(var.x) > 3\n  error_message = \"\\\"${var.x}\\\" is too short.\"\n }\n}", "abc", "INVALID_VARIABLE Invalid value for variable \"x\"")]
    [InlineData("""variable "x" { defualt = 1 }""", "a", "UNKNOWN_ATTRIBUTE Unknown attribute \"defualt\"")]
    [InlineData("""variable "x" { type = strng }""", "a", "INVALID_TYPE *")]
    public async Task Mistake_InAValue_IsReported(string declaration, string? text, string expected)
    {
        using var project = new TestProject();
        project.Write(Echo + declaration);
        if (text is not null)
        {
            project.Variables.Add(new("x", text));
        }

        var result = await project.PlanAsync();

        var diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        diagnostic.Place.ShouldNotBeNull();
        if (expected.EndsWith('*'))
        {
            diagnostic.Code.ShouldBe(expected[..^2]);
        }
        else
        {
            $"{diagnostic.Code} {diagnostic.Summary}".ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Value_ForAnUndeclaredVariable_IsAWarningInFilesAndAnErrorOnTheCommandLine()
    {
        using var project = new TestProject();
        project.Write(Echo + """variable "x" { default = 1 }""");
        project.Write("y = 1", "kolumn.klvars");

        var inFile = await project.PlanAsync();
        project.Variables.Add(new("y", "1"));
        var onCommandLine = await project.PlanAsync();

        inFile.Success.ShouldBeTrue();
        inFile.Diagnostics.ShouldHaveSingleItem().Code.ShouldBe(CoreCodes.UndeclaredVariable);
        onCommandLine.Success.ShouldBeFalse();
    }

    [Fact]
    public async Task Value_NullForNullableFalse_FallsBackToTheDefault()
    {
        using var project = new TestProject();
        project.Write(Echo + "variable \"x\" {\n default = \"d\"\n nullable = false\n}");
        project.Write("x = null", "kolumn.klvars");

        await project.PlanAsync();

        project.Files.Plans[0].DesiredState[0].Config["content"]!.GetValue<string>().ShouldBe("\"d\"");
    }

    [Fact]
    public async Task Value_Sensitive_GoesToTheProviderAndNowhereElse()
    {
        const string secret = "correct horse battery";
        using var project = new TestProject();
        project.Write(TestProject.Provider + """
            variable "secret" { sensitive = true }
            create "files_document" "vault" { content = "holds ${var.secret}" }
            output "shown" { value = upper(var.secret) }
            """);
        project.Variables.Add(new("secret", secret));

        var plan = await project.PlanAsync();
        Kolumn.Core.Planning.PlanFile.Write(project.PathTo("saved.plan"), plan.Plan!);
        var report = await project.ApplyAsync();

        report.Diagnostics.ShouldBeEmpty();
        project.Read("files_document", "vault")!["content"]!.GetValue<string>().ShouldBe($"holds {secret}");
        plan.Plan!.Operations.Single().Statements!.Single().ShouldContain("(sensitive value)");
        foreach (var file in Directory.EnumerateFiles(project.Path, "*", SearchOption.AllDirectories))
        {
            (await File.ReadAllTextAsync(file, TestProject.Token)).ShouldNotContain(secret, Case.Insensitive, file);
        }

        report.Outputs.ShouldHaveSingleItem().ShouldBe(new Kolumn.Core.Applying.OutputValue("shown", null, true, null));
        await project.ShouldBeConvergedAsync();
        project.Files.Plans[^1].CurrentState.Single().State["content"]!.GetValue<string>().ShouldBe($"holds {secret}");
        project.Variables[0] = new("secret", "another horse");
        (await project.PlanAsync()).Plan!.Counts.Update.ShouldBe(1);
    }
}
