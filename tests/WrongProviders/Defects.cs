namespace Kolumn.WrongProviders;

/// <summary>Every defect by name.</summary>
internal static class Defects
{
    private static readonly IReadOnlyDictionary<string, Defect> All = ((IEnumerable<Defect>)[.. ProcessDefects.All, .. ResourceDefects.All, .. PlanDefects.All, .. TierDefects.All, .. HostileDefects.All, .. OtherVersions.All]).ToDictionary(d => d.Name);

    public static Defect Find(string name) => All[name];
}
