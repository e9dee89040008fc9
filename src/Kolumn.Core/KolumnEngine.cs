using Kolumn.Core.Applying;
using Kolumn.Core.Configuration;
using Kolumn.Core.Discovering;
using Kolumn.Core.Migrating;
using Kolumn.Core.Planning;
using Kolumn.Core.Providers;
using Kolumn.Core.Quarantining;
using Kolumn.Core.State;
using Kolumn.Core.Streaming;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core;

/// <summary>
/// Text in, database out: what each command does, as a story of a few steps. Providers are known by their runtime only. Whatever a
/// user can cause comes back as diagnostics; a cancellation too.
/// </summary>
/// <param name="options">Which project.</param>
/// <param name="runtimes">Where providers come from, by the name of their block or, if that is registered, of the instance.</param>
/// <param name="observer">Is told what happens meanwhile.</param>
/// <param name="time">The clock.</param>
/// <param name="loaded">What <see cref="Project.Load(ProjectOptions)"/> made of the same options, where the caller had to know the project before; null to load it here.</param>
public sealed class KolumnEngine(
    ProjectOptions options, RuntimeRegistry runtimes, IEngineObserver? observer = null, TimeProvider? time = null, ProjectLoad? loaded = null)
{
    private readonly IEngineObserver _observer = observer ?? SilentObserver.Instance;
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>
    /// 1. The project is read.
    /// 2. Its state directory is made.
    /// 3. What it needs in providers is told.
    /// </summary>
    public InitializeResult Init()
    {
        var diagnostics = new DiagnosticList();
        var project = Load(diagnostics); // 1
        if (project is null)
        {
            return new InitializeResult(diagnostics.ToList(), null, false, []);
        }

        try
        {
            var directory = new StateDirectory(project.Directory);
            return new InitializeResult(diagnostics.ToList(), directory.Root, directory.Create(), project.RequiredProviders); // 2, 3
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(CoreCodes.StateNotWritten, "The state directory cannot be made", $"{project.Directory}: {e.Message}.");
            return new InitializeResult(diagnostics.ToList(), null, false, project.RequiredProviders);
        }
    }

    /// <summary>
    /// 1. The project is read.
    /// 2. Everything in it is evaluated and checked against the providers' schemas; no database is asked and no lock taken.
    /// </summary>
    public async Task<ValidateResult> ValidateAsync(CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        var project = Load(diagnostics); // 1
        if (project is not null)
        {
            await using var sessions = StartProviders(project, isDestroy: false, cancellationToken);
            var planner = new Planner(project, sessions, _observer, diagnostics);
            await GuardAsync(
                () => planner.EvaluateAsync(null, null, withResources: true, new FixedTime(_time.GetUtcNow()), cancellationToken), diagnostics); // 2
        }

        return new ValidateResult(diagnostics.ToList(), project?.Syntax.Resources.Count ?? 0);
    }

    /// <summary>
    /// 1. The project is read.
    /// 2. The state is locked and read, while the providers start.
    /// 3. The providers plan.
    /// 4. The state is released as it was.
    /// </summary>
    public Task<PlanResult> PlanAsync(bool isDestroy, CancellationToken cancellationToken) =>
        PlanAsync(isDestroy ? "plan destroy" : "plan", isDestroy, cancellationToken);

    /// <summary>
    /// What became of everything recorded. A plan to destroy it compares exactly that, records with what exists, whatever the
    /// configuration wants of it; nothing else of that plan is used, so that what is protected from destruction does not matter.
    /// </summary>
    public async Task<DriftResult> DriftAsync(CancellationToken cancellationToken)
    {
        var result = await PlanAsync("drift", isDestroy: true, cancellationToken);
        var recorded = (result.Plan?.Batches ?? [])
            .SelectMany(b => b.Plan.Operations.Select(o => RecordedDrift.Of(b.Instance, o, [.. SensitiveMark.PathsIn(b.Request!.FindDeletion(o.Address)?.State)])))
            .Reverse();
        return new DriftResult([.. result.Diagnostics.Where(d => d.Code != DiagnosticCodes.DestroyProtected)], [.. recorded]);
    }

    private async Task<PlanResult> PlanAsync(string purpose, bool isDestroy, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        var project = Load(diagnostics); // 1
        if (project is null)
        {
            return new PlanResult(diagnostics.ToList(), null);
        }

        await using var sessions = StartProviders(project, isDestroy, cancellationToken);
        if (StateStore.Open(new StateDirectory(project.Directory), purpose, _time, diagnostics) is not { } store) // 2
        {
            return new PlanResult(diagnostics.ToList(), null);
        }

        ProjectPlan? plan;
        await using (store)
        {
            var run = new EngineRun(project, store, sessions, _observer, _time, diagnostics);
            plan = await GuardAsync(() => run.PlanAsync(isDestroy, saved: null, cancellationToken), diagnostics); // 3
            await store.CloseAsync(diagnostics); // 4
        }

        return new PlanResult(diagnostics.ToList(), plan);
    }

    /// <summary>
    /// 1. The project is read, and what it has recorded; no lock is taken.
    /// 2. A provider tells what exists.
    /// 3. That becomes text.
    /// 4. The text becomes files, if somebody wants them.
    /// </summary>
    public async Task<DiscoverResult> DiscoverAsync(DiscoverOptions discover, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        if (Load(diagnostics) is not { } project || Recorded(project, diagnostics) is not { } recorded) // 1
        {
            return new DiscoverResult(diagnostics.ToList(), null, [], 0);
        }

        await using var sessions = new ProviderSessions(runtimes, _observer, new SecretTexts(), _time);
        var discovery = new Discovery(project, sessions, _time, diagnostics);
        if (await GuardAsync(() => discovery.ReadAsync(discover.Provider, recorded, cancellationToken), diagnostics) is not { } inventory) // 2
        {
            return new DiscoverResult(diagnostics.ToList(), null, [], 0);
        }

        IReadOnlyList<DiscoveredFile>? files = DiscoveredProject.Write(inventory, project.Syntax, diagnostics); // 3
        if (discover.Directory is { } directory && !diagnostics.HasErrors)
        {
            files = NewFiles.Write(directory, files, diagnostics); // 4
        }

        return new DiscoverResult(diagnostics.ToList(), inventory.Block.Instance, files ?? [], inventory.Managed);
    }

    /// <summary>
    /// 1. The project is read; the state is not needed.
    /// 2. A provider is connected.
    /// 3. The events of its outboxes are delivered, until nothing is pending or the caller cancels.
    /// </summary>
    public async Task<StreamResult> StreamAsync(StreamOptions stream, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        if (Load(diagnostics) is not { } project) // 1
        {
            return new StreamResult(diagnostics.ToList(), []);
        }

        await using var sessions = new ProviderSessions(runtimes, _observer, new SecretTexts(), _time);
        var counts = await GuardAsync(
            async () =>
            {
                var chosen = await new ChosenInstance(project, sessions, _time, diagnostics).ConnectAsync(stream.Provider, cancellationToken); // 2
                return chosen is not var (block, capabilities)
                    ? null
                    : await new StreamRun(sessions, _observer, _time, diagnostics).RunAsync(block, capabilities, stream, cancellationToken); // 3
            },
            diagnostics);
        return new StreamResult(diagnostics.ToList(), counts ?? []);
    }

    /// <summary>What the databases of the project keep of the deleted.</summary>
    public async Task<QuarantineResult> QuarantineAsync(CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        if (Load(diagnostics) is not { } project)
        {
            return new QuarantineResult(diagnostics.ToList(), []);
        }

        await using var sessions = new ProviderSessions(runtimes, _observer, new SecretTexts(), _time);
        var entries = await GuardAsync(() => new QuarantineRun(project, sessions, _time, diagnostics).ListAsync(cancellationToken), diagnostics);
        return new QuarantineResult(diagnostics.ToList(), entries ?? []);
    }

    /// <summary>Brings back what was deleted.</summary>
    /// <param name="target">An id or an address.</param>
    /// <returns>What exists again.</returns>
    public Task<QuarantineResult> RestoreAsync(string target, CancellationToken cancellationToken) =>
        ChangeQuarantineAsync("restore", (run, store) => run.RestoreAsync(target, store, cancellationToken), cancellationToken);

    /// <summary>Drops what is in quarantine for good.</summary>
    /// <returns>What is gone.</returns>
    public Task<QuarantineResult> PurgeAsync(Func<QuarantinedResource, bool> isChosen, CancellationToken cancellationToken) =>
        ChangeQuarantineAsync("purge", (run, store) => run.PurgeAsync(isChosen, store, cancellationToken), cancellationToken);

    /// <summary>
    /// 1. The project is read, and its state locked: nobody applies meanwhile.
    /// 2. Named changes are looked at, applied or undone. What they do to resources the next plan sees.
    /// </summary>
    public async Task<MigrateResult> MigrateAsync(MigrateOptions migrate, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        if (Load(diagnostics) is not { } project || StateStore.Open(new StateDirectory(project.Directory), "migrate", _time, diagnostics) is not { } store) // 1
        {
            return new MigrateResult(diagnostics.ToList(), [], [], [], false);
        }

        await using (store)
        {
            await using var sessions = StartProviders(project, isDestroy: false, cancellationToken);
            var run = new MigrationRun(project, sessions, new Planner(project, sessions, _observer, diagnostics), _observer, _time, diagnostics);
            await GuardAsync(() => run.RunAsync(migrate, store.State, cancellationToken), diagnostics); // 2
            await store.CloseAsync(diagnostics);
            return run.Result;
        }
    }

    public Task<ApplyReport> ApplyAsync(ApplyOptions apply, CancellationToken cancellationToken) => ApplyAsync(apply, isDestroy: false, cancellationToken);

    /// <summary>Deletes everything recorded, what depends on others first.</summary>
    public Task<ApplyReport> DestroyAsync(ApplyOptions apply, CancellationToken cancellationToken) => ApplyAsync(apply, isDestroy: true, cancellationToken);

    /// <summary>What is recorded, read without a lock and as of this moment.</summary>
    public StateResult State()
    {
        var diagnostics = new DiagnosticList();
        var directory = DirectoryOf(options.Path);
        if (!directory.Exists)
        {
            return new StateResult([], null, 0, null, [], []);
        }

        var state = StateReader.Read(directory, _time, diagnostics);
        return state is null
            ? new StateResult(diagnostics.ToList(), null, 0, null, [], [])
            : new StateResult(
                diagnostics.ToList(), state.Lineage, state.Serial, state.UpdatedAt, [.. state.Resources],
                [.. state.Outputs.Select(o => new OutputValue(o.Key, o.Value.Value, o.Value.Sensitive, o.Value.Description))]);
    }

    /// <summary>
    /// 1. A saved plan is read, if there is one.
    /// 2. The project is read.
    /// 3. The state is locked and read, while the providers start; a saved plan must have been made from it.
    /// 4. The providers plan, or the saved plan is found to fit what the configuration says.
    /// 5. What it destroys is allowed, and somebody agrees.
    /// 6. The providers apply; every result is recorded when it is certain.
    /// 7. The journal becomes the next snapshot, and the lock is released.
    /// </summary>
    private async Task<ApplyReport> ApplyAsync(ApplyOptions apply, bool isDestroy, CancellationToken cancellationToken)
    {
        var diagnostics = new DiagnosticList();
        ProjectPlan? saved = null;
        if (apply.PlanFile is { } file) // 1
        {
            saved = PlanFile.Read(file, out var faults);
            diagnostics.AddRange(faults);
        }

        if (diagnostics.HasErrors || Load(diagnostics) is not { } project) // 2
        {
            return new ApplyReport { Diagnostics = diagnostics.ToList() };
        }

        isDestroy = saved?.IsDestroy ?? isDestroy;
        await using var sessions = StartProviders(project, isDestroy, cancellationToken);
        if (StateStore.Open(new StateDirectory(project.Directory), isDestroy ? "destroy" : "apply", _time, diagnostics) is not { } store) // 3
        {
            return new ApplyReport { Diagnostics = diagnostics.ToList() };
        }

        ApplyReport? report = null;
        ProjectPlan? plan = null;
        await using (store)
        {
            if (saved is null || Agreement.IsCurrent(saved, store, diagnostics))
            {
                var run = new EngineRun(project, store, sessions, _observer, _time, diagnostics);
                plan = await GuardAsync(() => run.PlanAsync(isDestroy, saved, cancellationToken), diagnostics); // 4
                if (plan is not null && !diagnostics.HasErrors && await Agreement.IsGivenAsync(apply, plan, diagnostics, cancellationToken)) // 5
                {
                    report = await GuardAsync<ApplyReport>(async () => await run.ApplyAsync(plan, cancellationToken), diagnostics); // 6
                }
            }

            await store.CloseAsync(diagnostics); // 7
        }

        return (report ?? new ApplyReport { Diagnostics = [], Plan = plan }) with { Diagnostics = diagnostics.ToList() };
    }

    /// <summary>
    /// 1. The project is read, and its state locked.
    /// 2. The database changes, and what that means is recorded.
    /// 3. The journal becomes the next snapshot, and the lock is released.
    /// </summary>
    private async Task<QuarantineResult> ChangeQuarantineAsync(
        string operation, Func<QuarantineRun, StateStore, Task<IReadOnlyList<QuarantinedResource>?>> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var diagnostics = new DiagnosticList();
        if (Load(diagnostics) is not { } project || StateStore.Open(new StateDirectory(project.Directory), operation, _time, diagnostics) is not { } store) // 1
        {
            return new QuarantineResult(diagnostics.ToList(), []);
        }

        IReadOnlyList<QuarantinedResource>? changed;
        await using (store)
        {
            await using var sessions = new ProviderSessions(runtimes, _observer, new SecretTexts(), _time);
            changed = await GuardAsync(() => change(new QuarantineRun(project, sessions, _time, diagnostics), store), diagnostics); // 2
            await store.CloseAsync(diagnostics); // 3
        }

        return new QuarantineResult(diagnostics.ToList(), changed ?? []);
    }

    private Project? Load(DiagnosticList diagnostics)
    {
        if (loaded is null)
        {
            return Project.Load(options, diagnostics);
        }

        diagnostics.AddRange(loaded.Diagnostics);
        return loaded.Project;
    }

    private IReadOnlyList<ResourceInstance>? Recorded(Project project, DiagnosticList diagnostics)
    {
        var directory = new StateDirectory(project.Directory);
        return directory.Exists ? StateReader.Read(directory, _time, diagnostics)?.Resources : [];
    }

    // Which providers a destruction needs only the state can tell.
    private ProviderSessions StartProviders(Project project, bool isDestroy, CancellationToken cancellationToken)
    {
        var sessions = new ProviderSessions(runtimes, _observer, new SecretTexts(), _time);
        if (!isDestroy)
        {
            sessions.Start(Planner.Describing(project), cancellationToken);
        }

        return sessions;
    }

    private static Task GuardAsync(Func<Task> work, DiagnosticList diagnostics) => GuardAsync<object>(
        async () =>
        {
            await work();
            return null;
        },
        diagnostics);

    private static async Task<T?> GuardAsync<T>(Func<Task<T?>> work, DiagnosticList diagnostics)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException)
        {
            diagnostics.Error(DiagnosticCodes.Cancelled, "Cancelled", "What was finished is recorded; nothing else has been changed.");
            return null;
        }
    }

    private static StateDirectory DirectoryOf(string path) => new(File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : path);
}
