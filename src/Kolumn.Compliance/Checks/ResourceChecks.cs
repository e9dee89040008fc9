using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Protocol;

namespace Kolumn.Compliance.Checks;

/// <summary>
/// The life of one resource of each type, alone:
/// 1. what it requires;
/// 2. it is not there;
/// 3. it is made, found and read;
/// 4. made again, the same and otherwise;
/// 5. changed, twice;
/// 6. deleted, brought back where that can be, and deleted again.
/// </summary>
internal static class ResourceChecks
{
    public static readonly Rule[] Rules =
    [
        RuleTable.ReadAbsent, RuleTable.Creates, RuleTable.Reads, RuleTable.Discovers, RuleTable.CreatesAgain, RuleTable.Conflict,
        RuleTable.Updates, RuleTable.UpdatesAgain, RuleTable.Deletes, RuleTable.DeletesAgain, RuleTable.Restores, RuleTable.Purges, RuleTable.TypeSpelling,
    ];

    public static async Task LivesAsync(Examination examination, CancellationToken cancellationToken)
    {
        examination.Viable = [];
        foreach (var type in examination.Facts.Types)
        {
            if (examination.SkipReason(type) is { } reason)
            {
                examination.Skip(RuleTable.Creates, type.Name, reason);
                continue;
            }

            var specimen = examination.Specimens.Make(examination.Facts, type);
            var probe = await examination.ProbeAsync(cancellationToken);
            try
            {
                if (await RequireAsync(examination, probe, specimen, cancellationToken) && await LiveAsync(examination, probe, specimen, cancellationToken))
                {
                    examination.Viable.Add(type);
                }
            }
            finally
            {
                await probe.RemoveAsync(specimen, cancellationToken);
            }
        }
    }

    // 1
    private static async Task<bool> RequireAsync(Examination examination, Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        foreach (var required in specimen.Requires)
        {
            var answer = await probe.CreateAsync(required, cancellationToken);
            if (!answer.Succeeded)
            {
                examination.Unknown(RuleTable.Creates, specimen.Type.Name, $"What it requires, {required.Type.Name}, was not made: {answer.Outcome}", answer);
                return false;
            }
        }

        return true;
    }

    /// <returns>Whether resources of this type can be made.</returns>
    private static async Task<bool> LiveAsync(Examination examination, Probe probe, Specimen specimen, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;

        // 2
        var absent = await probe.ReadAsync(specimen, null, cancellationToken);
        examination.Expect(absent.Succeeded && absent.Body.Flag("exists") == false, RuleTable.ReadAbsent, type, absent.Succeeded ? "It does not say that it does not exist" : absent.Outcome, absent);

        // 3
        var created = await probe.CreateAsync(specimen, cancellationToken);
        if (!created.Succeeded)
        {
            Refused(examination, specimen, created);
            return false;
        }

        var state = created.Body.Object("state");
        if (!examination.Expect(state is { Count: > 0 }, RuleTable.Creates, type, "The answer has no state", created))
        {
            return false;
        }

        if (!await IsReadAsync(examination, probe, specimen, state!, created, cancellationToken))
        {
            return false;
        }

        await DiscoverAsync(examination, probe, specimen, state!, isThere: true, cancellationToken);

        // 4
        await AgainAsync(examination, probe, specimen, state!, cancellationToken);

        // 5
        state = await UpdateAsync(examination, probe, specimen, state!, cancellationToken) ?? state;

        // 6
        await DeleteAsync(examination, probe, specimen, state!, cancellationToken);
        return true;
    }

    private static void Refused(Examination examination, Specimen specimen, Answer answer)
    {
        if (!answer.Refused || answer.Error.Length == 0)
        {
            examination.Fail(RuleTable.Creates, specimen.Type.Name, answer.Outcome, answer);
        }
        else
        {
            examination.Unknown(
                RuleTable.Creates,
                specimen.Type.Name,
                specimen.IsGenerated
                    ? $"No valid configuration is known: write one into resources.{specimen.Type.Name}.config. The one made from the schema was refused: {answer.Error}"
                    : $"The configuration of resources.{specimen.Type.Name} was refused: {answer.Error}",
                answer);
        }
    }

    private static async Task<bool> IsReadAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, Answer created, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;
        var read = await probe.ReadAsync(specimen, state, cancellationToken);
        if (!read.Succeeded || read.Body.Flag("exists") != true)
        {
            examination.Fail(RuleTable.Creates, type, read.Succeeded ? "CreateResource succeeded, and ReadResource does not find it" : read.Outcome, read);
            return false;
        }

        var difference = StateComparison.Difference(specimen.Type, state, read.Body.Object("state"));
        examination.Expect(difference is null, RuleTable.Reads, type, $"What CreateResource answered differs from what ReadResource finds: {difference}; the first said {Json.Excerpt(created.Text)}", read);
        var plain = await probe.CallAsync(FunctionNames.ReadResource, new JsonObject { ["resource_type"] = type, ["name"] = specimen.Name, ["state"] = state.DeepClone() }, cancellationToken);
        examination.Expect(plain.Succeeded && plain.Body.Flag("exists") == true, RuleTable.TypeSpelling, type, $"As \"{type}\": {(plain.Succeeded ? "it is not found" : plain.Outcome)}", plain);
        return true;
    }

    private static async Task DiscoverAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, bool isThere, CancellationToken cancellationToken)
    {
        var answer = await probe.CallAsync(FunctionNames.DiscoverResources, new JsonObject { ["resource_type"] = specimen.Type.FullName }, cancellationToken);
        var found = answer.Body.List("resources").Any(r => IsOf(specimen, state, r));
        examination.Expect(
            answer.Succeeded && found == isThere,
            RuleTable.Discovers,
            specimen.Type.Name,
            !answer.Succeeded ? answer.Outcome : isThere ? $"{specimen.PhysicalName} exists and is not among the {answer.Body.List("resources").Count} that were discovered" : $"{specimen.PhysicalName} was deleted and is still discovered",
            answer);
    }

    private static bool IsOf(Specimen specimen, JsonObject state, JsonNode? discovered)
    {
        var name = specimen.PhysicalName;
        return discovered.Text("name") is { } found && (found == name || found.EndsWith("." + name, StringComparison.Ordinal))
            || discovered.Object("config").Text("name") == name
            || (discovered.Object("state") is { Count: > 0 } other && specimen.Config.Text("name") is null && StateComparison.Difference(specimen.Type, state, other) is null);
    }

    private static async Task AgainAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;
        var again = await probe.CreateAsync(specimen, cancellationToken);
        if (again.Survived)
        {
            var after = await probe.ReadAsync(specimen, state, cancellationToken);
            examination.Expect(
                (again.Succeeded || again.Refused) && StateComparison.Difference(specimen.Type, state, after.Body.Object("state")) is null,
                RuleTable.CreatesAgain, type, again.Kind == AnswerKind.Answered ? "It is not what it was before the second CreateResource" : again.Outcome, again);
        }

        if (specimen.Update is null)
        {
            examination.Skip(RuleTable.Conflict, type, $"resources.{type} has no update");
            return;
        }

        var other = await probe.CreateAsync(specimen, cancellationToken, specimen.Update);
        var now = await probe.ReadAsync(specimen, state, cancellationToken);
        examination.Expect(
            other.Refused && StateComparison.Difference(specimen.Type, state, now.Body.Object("state")) is null,
            RuleTable.Conflict, type, other.Succeeded ? "CreateResource of something that exists and differs succeeded" : other.Refused ? "It was refused, and what exists was changed" : other.Outcome, other);
    }

    /// <returns>The state after it.</returns>
    private static async Task<JsonObject?> UpdateAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;
        if (specimen.Update is null)
        {
            examination.Skip(RuleTable.Updates, type, $"resources.{type} has no update");
            return null;
        }

        var updated = await probe.UpdateAsync(specimen, specimen.Update, state, cancellationToken);
        var read = await probe.ReadAsync(specimen, updated.Body.Object("state") ?? state, cancellationToken);
        var now = read.Body.Object("state");
        var difference = StateComparison.Difference(specimen.Type, updated.Body.Object("state"), now);
        if (!examination.Expect(
            updated.Succeeded && read.Body.Flag("exists") == true && StateComparison.Difference(specimen.Type, state, now) is not null && difference is null,
            RuleTable.Updates,
            type,
            !updated.Succeeded ? updated.Outcome : read.Body.Flag("exists") != true ? "It is gone afterwards" : difference is not null ? $"What it answered differs from what exists: {difference}" : "It succeeded, and what exists is as it was",
            updated))
        {
            return now;
        }

        var again = await probe.UpdateAsync(specimen, specimen.Update, now, cancellationToken);
        var after = await probe.ReadAsync(specimen, again.Body.Object("state") ?? now, cancellationToken);
        var change = StateComparison.Difference(specimen.Type, now, after.Body.Object("state"));
        examination.Expect(again.Succeeded && change is null, RuleTable.UpdatesAgain, type, again.Succeeded ? $"The second time something else came of it: {change}" : $"The second time, {again.Outcome}", again);
        return after.Body.Object("state") ?? now;
    }

    private static async Task DeleteAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;
        var deleted = await probe.DeleteAsync(specimen, state, force: false, cancellationToken);
        var exists = await probe.ExistsAsync(specimen, state, cancellationToken);
        if (!examination.Expect(deleted.Succeeded && exists == false, RuleTable.Deletes, type, deleted.Succeeded ? "It succeeded, and ReadResource still finds it" : deleted.Outcome, deleted))
        {
            return;
        }

        await DiscoverAsync(examination, probe, specimen, state, isThere: false, cancellationToken);
        var again = await probe.DeleteAsync(specimen, state, force: false, cancellationToken);
        examination.Expect(again.Succeeded, RuleTable.DeletesAgain, type, $"The second time, {again.Outcome}", again);
        if (deleted.Body.Text("quarantine_id") is not { Length: > 0 } entry)
        {
            examination.Skip(RuleTable.Restores, type, "DeleteResource answers no quarantine_id");
            examination.Skip(RuleTable.Purges, type, "DeleteResource answers no quarantine_id");
            return;
        }

        await QuarantineAsync(examination, probe, specimen, state, entry, cancellationToken);
    }

    private static async Task QuarantineAsync(Examination examination, Probe probe, Specimen specimen, JsonObject state, string entry, CancellationToken cancellationToken)
    {
        var type = specimen.Type.Name;
        var restored = await probe.CallAsync(
            FunctionNames.CreateResource,
            new JsonObject { ["resource_type"] = specimen.Type.FullName, ["name"] = specimen.Name, ["options"] = new JsonObject { ["quarantine_id"] = entry } },
            cancellationToken);
        var read = await probe.ReadAsync(specimen, state, cancellationToken);
        var difference = StateComparison.Difference(specimen.Type, state, read.Body.Object("state"));
        if (!examination.Expect(
            restored.Succeeded && read.Body.Flag("exists") == true && difference is null,
            RuleTable.Restores, type, restored.Succeeded ? $"It is not what it was: {difference ?? "it does not exist"}" : restored.Outcome, restored))
        {
            return;
        }

        var kept = await probe.DeleteAsync(specimen, state, force: false, cancellationToken);
        var purge = new JsonObject
        {
            ["resource_type"] = specimen.Type.FullName,
            ["name"] = specimen.Name,
            ["options"] = new JsonObject { ["quarantine_id"] = kept.Body.Text("quarantine_id") ?? "", ["force"] = true },
        };
        var purged = await probe.CallAsync(FunctionNames.DeleteResource, purge, cancellationToken);
        examination.Expect(purged.Succeeded, RuleTable.Purges, type, purged.Outcome, purged);
    }
}
