using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Checks;

/// <summary>Every check, in the order of its running.</summary>
internal static class CheckTable
{
    /// <summary>Before all others, which go by what it finds.</summary>
    public static Check Schema { get; } = new(false, SchemaChecks.ReadAsync, RuleTable.Starts, RuleTable.QuietStart, RuleTable.SchemaAnswers, RuleTable.SchemaStable);

    public static IReadOnlyList<Check> All { get; } =
    [
        new(false, SchemaChecks.InspectAsync, RuleTable.SchemaTypes, RuleTable.SchemaSensitive, RuleTable.SchemaConfig),
        new(false, FunctionChecks.AdvertisedAsync, RuleTable.Advertises, RuleTable.ProfileFunctions, RuleTable.ProfileTypes),
        new(false, ConfigureChecks.BeforeAsync, RuleTable.NeedsConfiguration),
        new(true, SchemaChecks.CompareConfiguredAsync, RuleTable.ConfigureAccepts, RuleTable.SchemaStable),
        new(true, ConfigureChecks.InvalidAsync, RuleTable.ConfigureValidates),
        new(true, FunctionChecks.RoutedAsync, RuleTable.Routes, RuleTable.Unadvertised),
        new(true, FunctionChecks.UnknownAsync, RuleTable.UnknownFunction),
        new(true, FunctionChecks.AboutAsync, RuleTable.Ping, RuleTable.Version),
        new(true, ConfigureChecks.AgainAsync, RuleTable.ConfigureAgain),
        new(true, EndChecks.CloseAsync, RuleTable.CloseTwice, RuleTable.Stops),
    ];
}
