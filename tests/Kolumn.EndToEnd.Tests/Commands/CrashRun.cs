using System.Diagnostics;
using System.Globalization;
using Kolumn.Testing.Properties;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>
/// Somebody is killed without warning at a random moment of an apply. Each time
/// <list type="number">
/// <item>the next apply succeeds, and a plan after it is empty;</item>
/// <item>the state names exactly what exists;</item>
/// <item>nothing was made twice, and nothing went into quarantine without its line in the ledger.</item>
/// </list>
/// A moment is a line of output or a change of a file in the project's folder; which one, a seed says.
/// </summary>
internal sealed class CrashRun(KolumnProject project)
{
    /// <summary>How many crashes of each sort; the standing number is small.</summary>
    private const string CrashesVariable = "KOLUMN_TEST_CRASHES";
    private const string SeedVariable = "KOLUMN_TEST_SEED";
    private const int Standing = 1;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>All of a project.</summary>
    public required Func<Chance, string> Configuration { get; init; }

    /// <summary>What exists, as <c>table.users</c>.</summary>
    public required Func<Task<IReadOnlyList<string>>> Objects { get; init; }

    /// <summary>What happened twice or was left behind; null when nothing.</summary>
    public required Func<Task<string?>> Fault { get; init; }

    /// <summary>For messages: who is killed, and of what.</summary>
    public required string Victim { get; init; }

    public required Func<RunningKolumn, Task> Kill { get; init; }

    public async Task ConvergesAsync()
    {
        var (crashes, first) = (Number(CrashesVariable) ?? Standing, Number(SeedVariable) ?? 1);

        // Another one than that of the first crash, which would find nothing to change.
        project.Write("main.kl", Configuration(new Chance(first - 1)));
        await project.ExpectAsync(0, "init");
        await project.ExpectAsync(0, "apply", "--auto-approve");
        for (var seed = first; seed < first + crashes; seed++)
        {
            var chance = new Chance(seed);
            var round = $"{Victim}, {SeedVariable}={seed} {CrashesVariable}=1";
            project.Write("main.kl", Configuration(chance));
            var said = await CrashAsync(chance);

            // 1
            var applied = await project.KolumnAsync("apply", "--auto-approve", "--allow", "data_loss");
            applied.ExitCode.ShouldBe(0, $"{round}\nthe killed apply:\n{said}\nthe next one:\n{applied.Output}\n{applied.Errors}");
            var plan = await project.KolumnAsync("plan", "--detailed-exitcode");
            plan.ExitCode.ShouldBe(0, $"{round}\nthe killed apply:\n{said}\nthe next one:\n{applied.Output}\nthe plan after it:\n{plan.Output}\n{plan.Errors}");

            // 2
            var recorded = (await project.ExpectAsync(0, "state", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(a => a[(a.IndexOf('_') + 1)..]).Order(StringComparer.Ordinal);
            recorded.ShouldBe((await Objects()).Order(StringComparer.Ordinal), round);

            // 3
            (await Fault()).ShouldBeNull(round);
        }
    }

    /// <summary>Starts an apply and kills at a moment; it may be over before.</summary>
    private async Task<string> CrashAsync(Chance chance)
    {
        var moments = new SemaphoreSlim(0);
        using var files = new FileSystemWatcher(project.Path) { IncludeSubdirectories = true, EnableRaisingEvents = true };
        files.Changed += (_, _) => moments.Release();
        files.Created += (_, _) => moments.Release();
        await using var apply = project.Start("apply", "--auto-approve", "--allow", "data_loss");
        apply.Heard += () => moments.Release();
        var over = apply.ExitCodeAsync(Token);
        for (var moment = 1 + chance.Below(40); moment > 0 && !over.IsCompleted; moment--)
        {
            await Task.WhenAny(moments.WaitAsync(Token), over);
        }

        // Between two moments as well: a few thousandths of a second that nobody sleeps through.
        for (var (start, length) = (Stopwatch.GetTimestamp(), TimeSpan.FromMilliseconds(chance.Below(30))); Stopwatch.GetElapsedTime(start) < length && !over.IsCompleted;)
        {
            await Task.Yield();
        }

        await Kill(apply);
        await over;
        return apply.Said;
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
