using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Testing.Properties;

/// <summary>
/// The property of every provider: whatever was there before, applying B leaves what applying B to nothing leaves, and a plan
/// after it is empty. Checked with random pairs of schemas:
/// <list type="number">
/// <item>apply A, apply B; nothing of B is left to do;</item>
/// <item>apply B to an empty database;</item>
/// <item>both look the same, to the provider and to somebody who asks the catalog without it.</item>
/// </list>
/// A pair that breaks it is made smaller, object by object, and shown with its seed.
/// </summary>
public abstract class SchemaPairs : Xunit.IAsyncLifetime
{
    /// <summary>How many pairs; the standing number is small.</summary>
    public const string PairsVariable = "KOLUMN_TEST_PAIRS";

    /// <summary>Where to begin; printed with every fault. Without it the same pairs are checked each time.</summary>
    public const string SeedVariable = "KOLUMN_TEST_SEED";

    private const int MaxShrinks = 120;

    private readonly ManagedDatabase?[] _managed = new ManagedDatabase?[2];

    public async ValueTask InitializeAsync()
    {
        for (var at = 0; at < 2; at++)
        {
            _managed[at] = await StartAsync(second: at == 1);
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var managed in _managed.OfType<ManagedDatabase>())
        {
            await managed.DisposeAsync();
        }

        await DropAsync();
    }

    /// <summary>Makes one of the two empty databases, under a provider of its own.</summary>
    protected abstract Task<ManagedDatabase> StartAsync(bool second);

    /// <summary>Drops what was made.</summary>
    protected abstract Task DropAsync();

    /// <summary>A schema of this seed; every one can be applied to an empty database.</summary>
    protected abstract IReadOnlyList<Piece> Generate(int seed);

    /// <summary>Makes a database as empty as a new one.</summary>
    protected abstract Task ClearAsync(bool second);

    /// <summary>What exists as the database itself tells it, sorted.</summary>
    protected abstract Task<IReadOnlyList<string>> CatalogAsync(bool second);

    /// <summary>Changes that the database cannot make, and says so: no fault of anybody's.</summary>
    protected virtual bool IsLegitimate(string fault) => false;

    protected async Task RunAsync(int standing)
    {
        var pairs = Number(PairsVariable) ?? standing;
        var first = Number(SeedVariable) ?? 1;
        Xunit.TestContext.Current.SendDiagnosticMessage($"{pairs} pairs from {SeedVariable}={first}");
        var refused = 0;
        var faults = new List<string>();
        for (var seed = first; seed < first + pairs; seed++)
        {
            var (a, b) = (Generate(seed), Next(seed));
            if (await FaultAsync(a, b) is not { } fault)
            {
                continue;
            }

            if (IsLegitimate(fault))
            {
                refused++;
                continue;
            }

            // Making it smaller takes a hundred times as long as finding it.
            Xunit.TestContext.Current.SendDiagnosticMessage($"{SeedVariable}={seed} {PairsVariable}=1: {fault}");
            (a, b) = await ShrinkAsync(a, b, Sort(fault));
            fault = await FaultAsync(a, b) ?? fault;
            faults.Add($"{SeedVariable}={seed} {PairsVariable}=1: {fault}\nA = {Show(a)}\nB = {Show(b)}");
            if (faults.Count == 5)
            {
                break;
            }
        }

        Xunit.Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        Xunit.Assert.True(refused * 4 <= pairs, $"{refused} of {pairs} pairs were refused: the generator asks for too much (seed {first})");
    }

    /// <summary>One pair by hand, each an object of configurations by address.</summary>
    protected async Task CheckAsync(string a, string b)
    {
        static IReadOnlyList<Piece> Pieces(string json) => [.. ((JsonObject)JsonNode.Parse(json)!).Select(r => new Piece(
            new DesiredResource { Type = r.Key.Split('.', 2)[0], Name = r.Key.Split('.', 2)[1], Config = (JsonObject)r.Value!.DeepClone() }, [], []))];
        Xunit.Assert.Null(await FaultAsync(Pieces(a), Pieces(b)));
    }

    /// <summary>Half of the time something else, half of the time the same with changes here and there.</summary>
    private IReadOnlyList<Piece> Next(int seed)
    {
        var other = Generate(~seed);
        var chance = new Chance(seed);
        if (chance.OneIn(2))
        {
            return other;
        }

        // What both have is taken from either; what refers to something that is gone then goes with it.
        var replacement = other.ToDictionary(p => p.Resource.Address);
        var mixed = Generate(seed).Where(_ => chance.Below(5) > 0).Select(p => chance.OneIn(3) && replacement.TryGetValue(p.Resource.Address, out var changed) ? changed : p).ToList();
        return Piece.Sound(mixed);
    }

    private ManagedDatabase Database(bool second) => _managed[second ? 1 : 0]!;

    private async Task<string?> FaultAsync(IReadOnlyList<Piece> piecesOfA, IReadOnlyList<Piece> piecesOfB)
    {
        var (a, b) = (piecesOfA.Select(p => p.Resource).ToList(), piecesOfB.Select(p => p.Resource).ToList());
        var (lived, fresh) = (Database(second: false), Database(second: true));
        await ClearAsync(second: false);
        await ClearAsync(second: true);
        lived.ForgetState();
        fresh.ForgetState();
        if (await lived.ApplyAsync(a) is { } noA)
        {
            return "A " + noA;
        }

        if (await lived.RestlessnessAsync(a) is { } restlessA)
        {
            return "A " + restlessA;
        }

        if (await fresh.ApplyAsync(b) is { } noFresh) // 2
        {
            return "B alone " + noFresh;
        }

        if (await lived.ApplyAsync(b) is { } noB) // 1
        {
            return "B " + noB;
        }

        if (await lived.RestlessnessAsync(b) is { } restlessB)
        {
            return "B " + restlessB;
        }

        return Difference("handlers see", await lived.DiscoverAsync(), await fresh.DiscoverAsync()) // 3
            ?? Difference("catalog has", await CatalogAsync(second: false), await CatalogAsync(second: true));
    }

    private static string? Difference(string who, IReadOnlyList<string> lived, IReadOnlyList<string> fresh)
    {
        var (more, less) = (lived.Except(fresh).ToList(), fresh.Except(lived).ToList());
        return more.Count + less.Count == 0 ? null : $"{who} something else:\n  {string.Join("\n  ", more.Select(m => "+ " + m).Concat(less.Select(l => "- " + l)))}";
    }

    private async Task<(IReadOnlyList<Piece> A, IReadOnlyList<Piece> B)> ShrinkAsync(IReadOnlyList<Piece> a, IReadOnlyList<Piece> b, string sort)
    {
        var tries = 0;
        for (var smaller = true; smaller && tries < MaxShrinks;)
        {
            smaller = false;
            foreach (var (nextA, nextB) in Smaller(a).Select(x => (x, b)).Concat(Smaller(b).Select(x => (a, x))))
            {
                if (++tries < MaxShrinks && await FaultAsync(nextA, nextB) is { } fault && Sort(fault) == sort)
                {
                    (a, b) = (nextA, nextB);
                    smaller = true;
                    break;
                }
            }
        }

        return (a, b);
    }

    // First whole objects, then the parts of objects.
    private static IEnumerable<IReadOnlyList<Piece>> Smaller(IReadOnlyList<Piece> pieces)
    {
        for (var size = pieces.Count / 2; size >= 1; size /= 2)
        {
            for (var from = 0; from < pieces.Count; from += size)
            {
                yield return Piece.Sound([.. pieces.Where((_, i) => i < from || i >= from + size)]);
            }
        }

        for (var at = 0; at < pieces.Count; at++)
        {
            foreach (var config in Smaller(pieces[at].Resource.Config))
            {
                yield return [.. pieces.Select((p, i) => i == at ? p with { Resource = p.Resource with { Config = config } } : p)];
            }
        }
    }

    private static IEnumerable<JsonObject> Smaller(JsonObject config)
    {
        foreach (var (name, value) in config.ToList())
        {
            for (var at = 0; value is JsonArray { Count: > 1 } list && at < list.Count; at++)
            {
                var less = (JsonObject)config.DeepClone();
                less[name]!.AsArray().RemoveAt(at);
                yield return less;
            }

            for (var at = 0; value is JsonArray list && at < list.Count; at++)
            {
                foreach (var member in (list[at] as JsonObject ?? []).Select(m => m.Key).Where(m => m is not ("name" or "type")))
                {
                    var less = (JsonObject)config.DeepClone();
                    less[name]![at]!.AsObject().Remove(member);
                    yield return less;
                }
            }

            if (value is not JsonArray || value is JsonArray { Count: < 2 })
            {
                var less = (JsonObject)config.DeepClone();
                less.Remove(name);
                yield return less;
            }
        }
    }

    // Of two faults, whether they are the same one: up to the first name or text in it.
    private static string Sort(string fault) => new([.. fault.Split('\n')[0].Where(c => !char.IsAsciiDigit(c)).Take(60).TakeWhile(c => c != '"')]);

    private static string Show(IReadOnlyList<Piece> pieces) =>
        "{\n" + string.Join(",\n", pieces.Select(p => $"  {JsonSerializer.Serialize(p.Resource.Address)}: {p.Resource.Config.ToJsonString()}")) + "\n}";

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
