using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;

namespace Kolumn.Sdk.Engine;

/// <summary>Renamings as a plan tells them.</summary>
internal static class RenameText
{
    /// <summary><c>renamed from users; columns email from mail</c>.</summary>
    public static string Reason(IReadOnlyList<RenameWish> wishes, IReadOnlyList<RenameStep> steps) =>
        "renamed: " + string.Join(", ", Done(wishes, steps).Select(w => w.Part is null ? $"from {w.From}" : $"{w.To} from {w.From}"));

    /// <summary>The change of each name, by attribute path.</summary>
    public static IReadOnlyDictionary<string, AttributeChange> Changes(IReadOnlyList<RenameWish> wishes, IReadOnlyList<RenameStep> steps) =>
        Done(wishes, steps).ToDictionary(
            w => w.Part is null ? "name" : $"{DefinitionComparison.Join(w.Part, w.To)}.name",
            w => new AttributeChange { Action = ResourceActions.Update, OldValue = JsonValue.Create(w.From), NewValue = JsonValue.Create(w.To), Description = "renamed" });

    private static IEnumerable<RenameWish> Done(IReadOnlyList<RenameWish> wishes, IReadOnlyList<RenameStep> steps) =>
        wishes.Where(w => steps.Any(s => s.Renaming.Part == w.Part && s.Renaming.To == w.To));
}
