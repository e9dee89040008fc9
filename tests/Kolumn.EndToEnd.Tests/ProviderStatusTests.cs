using System.Text.RegularExpressions;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests;

/// <summary>PROVIDER_STATUS.md promises a test for each line: they exist, and no function of the contract is left out.</summary>
public sealed partial class ProviderStatusTests
{
    private static readonly string Status = File.ReadAllText(Path.Combine(Repository.Root, "PROVIDER_STATUS.md"));

    [Fact]
    public void Tests_NamedInTheStatus_Exist()
    {
        var links = Links().Matches(Status).Select(m => (Name: m.Groups[1].Value, Path: m.Groups[2].Value)).ToList();

        links.Count.ShouldBeGreaterThan(40);
        links.Where(l => !Regex.IsMatch(File.ReadAllText(Path.Combine(Repository.Root, l.Path)), $@"\b{l.Name}\(")).ShouldBeEmpty();
    }

    [Fact]
    public void Functions_OfTheSpecification_AreAllInTheStatus()
    {
        // What goes beyond the specification's own list is not on its checklist.
        string[] beyond = [FunctionNames.BatchOperation, FunctionNames.DiscoverDatabase, FunctionNames.Introspect];
        var functions = typeof(FunctionNames).GetFields().Select(f => (string)f.GetValue(null)!).Except(beyond).ToList();

        functions.Count.ShouldBe(22);
        functions.Where(f => !Status.Contains($"`{f}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\[(\w+_\w+)\]\((tests/[\w./]+\.cs)\)")]
    private static partial Regex Links();
}
