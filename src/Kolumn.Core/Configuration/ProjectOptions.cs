namespace Kolumn.Core.Configuration;

/// <summary>What a command says about the project it works on.</summary>
public sealed record ProjectOptions
{
    /// <summary>A directory, all of whose <c>.kl</c> files are one configuration, or one such file.</summary>
    public string Path { get; init; } = ".";

    /// <summary>Values given on the command line, the later of equal names wins.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Files of values named on the command line, the later wins.</summary>
    public IReadOnlyList<string> VariableFiles { get; init; } = [];

    /// <summary>What <c>env.NAME</c> and <c>KOLUMN_VAR_name</c> read.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = ProcessEnvironment();

    private static Dictionary<string, string> ProcessEnvironment()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            all[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return all;
    }
}
