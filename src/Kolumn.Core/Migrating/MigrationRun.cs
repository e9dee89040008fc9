using Kolumn.Core.Applying;
using Kolumn.Core.Configuration;
using Kolumn.Core.Planning;
using Kolumn.Core.Providers;
using Kolumn.Core.State;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Core.Migrating;

/// <summary>What a project's migration blocks and its databases' ledgers say, and what follows from that.</summary>
internal sealed class MigrationRun(Project project, ProviderSessions sessions, Planner planner, IEngineObserver observer, TimeProvider time, DiagnosticList diagnostics)
{
    private const string Untouched = "Nothing has been changed.";

    private readonly List<KnownMigration> _known = [];
    private readonly List<PlannedMigration> _planned = [];
    private readonly List<MigrationResult> _results = [];
    private IReadOnlyDictionary<(string Instance, string Name), ConfiguredMigration> _declared = new Dictionary<(string, string), ConfiguredMigration>();
    private bool _approved;

    /// <summary>As far as it came.</summary>
    public MigrateResult Result => new(diagnostics.ToList(), _known, _planned, _results, _approved);

    /// <summary>
    /// 1. The blocks are read.
    /// 2. The instances they belong to are connected; to look back, all others that have migrations too.
    /// 3. The ledgers are asked, once each.
    /// 4. The migrations to be done are chosen, and the providers plan those that are to be applied.
    /// 5. What loses data is allowed, and somebody agrees.
    /// 6. One after the other is done; the first failure ends it.
    /// </summary>
    public async Task RunAsync(MigrateOptions options, ProjectState state, CancellationToken cancellationToken)
    {
        // 1
        if (await planner.EvaluateAsync(state, null, withResources: true, new FixedTime(time.GetUtcNow()), cancellationToken) is not { } evaluated)
        {
            return;
        }

        _declared = evaluated.Migrations.ToDictionary(m => (m.Instance, m.Name));

        // 2, 3
        foreach (var instance in await ConnectAsync(evaluated, options, cancellationToken))
        {
            await ReadHistoryAsync(instance, cancellationToken);
        }

        var choice = new MigrationChoice(_known, PlaceOf, diagnostics);
        choice.Report(options);
        if (diagnostics.HasErrors || options.Verb == MigrateVerb.Status)
        {
            return;
        }

        // 4
        if (options.Verb == MigrateVerb.RollBack)
        {
            _planned.AddRange(choice.ToUndo(options.Target).Select(m => new PlannedMigration(m, null, null)));
        }
        else
        {
            await PlanAsync(choice.ToApply(options.Target), cancellationToken);
        }

        // 5
        if (diagnostics.HasErrors || options.Verb == MigrateVerb.Plan || _planned.Count == 0 || !await AgreesAsync(options, cancellationToken))
        {
            return;
        }

        // 6
        _approved = true;
        await DoAsync(options, cancellationToken);
    }

    private async Task<IReadOnlyList<string>> ConnectAsync(EvaluatedProject evaluated, MigrateOptions options, CancellationToken cancellationToken)
    {
        bool CanMigrate(string provider) => evaluated.Capabilities.TryGetValue(provider, out var known) && known.SupportedFunctions.Contains(FunctionNames.PlanMigration);
        foreach (var migration in evaluated.Migrations.Where(m => !CanMigrate(project.Syntax.Providers[m.Instance].Id)))
        {
            diagnostics.Error(
                CoreCodes.MigrationsUnsupported, migration.Block.Syntax.HeaderRange, $"The provider {project.Syntax.Providers[migration.Instance].Id} has no migrations", "Change the create blocks; plan shows the statements that follow from it.");
        }

        var looksBack = options.Verb is MigrateVerb.Status or MigrateVerb.RollBack;
        var needed = evaluated.Migrations.Select(m => m.Instance).ToHashSet(StringComparer.Ordinal);
        var instances = project.Syntax.Providers.Values.Where(b => needed.Contains(b.Instance) || (looksBack && CanMigrate(b.Id))).Select(b => b.Instance).ToList();
        if (diagnostics.HasErrors)
        {
            return [];
        }

        foreach (var instance in instances)
        {
            planner.Connect(instance, evaluated.Evaluation, evaluated.Capabilities, cancellationToken);
        }

        await sessions.ConnectedAsync(diagnostics);
        return diagnostics.HasErrors ? [] : instances;
    }

    private async Task ReadHistoryAsync(string instance, CancellationToken cancellationToken)
    {
        var mine = _declared.Where(d => d.Key.Instance == instance).ToDictionary(d => d.Key.Name, d => d.Value, StringComparer.Ordinal);
        var answer = await AskAsync(instance, "reading the ledger of migrations", r => r.PlanMigrationAsync(new MigrationRequest { Migrations = [.. mine.Values.Select(m => m.Request)] }, cancellationToken));
        if (answer is { Success: true, History: { } history })
        {
            _known.AddRange(history.Select(e => new KnownMigration(instance, e, mine.ContainsKey(e.MigrationId))).OrderBy(k => k.Name, MigrationOrder.ByName));
        }
        else if (answer is not null)
        {
            diagnostics.AddRange(answer.CollectDiagnostics().Select(sessions.Secrets.Hide));
            if (answer.Success)
            {
                diagnostics.Error(CoreCodes.ProviderDefect, $"Provider {instance} does not tell which migrations it knows", "It answers PlanMigration without a history. " + Untouched);
            }
        }
    }

    /// <summary>What rests on one that is not applied yet may not be plannable: that is said of it and is no fault.</summary>
    private async Task PlanAsync(IReadOnlyList<KnownMigration> migrations, CancellationToken cancellationToken)
    {
        foreach (var migration in migrations)
        {
            var configured = _declared[(migration.Instance, migration.Name)];
            if (configured.Unknown.Count > 0)
            {
                diagnostics.Add(configured.Place(Diagnostic.Error(CoreCodes.UnknownValue, "A value is not known yet", "What it comes from has to be applied first.") with { Attribute = configured.Unknown[0] }));
                return;
            }

            var request = configured.Request with { Options = new MigrationOptions { AllowDataLoss = true } };
            if (await AskAsync(migration.Instance, $"planning migration {migration.Name}", r => r.PlanMigrationAsync(request, cancellationToken)) is not { } plan)
            {
                return;
            }

            var said = plan.CollectDiagnostics().Select(d => sessions.Secrets.Hide(configured.Place(d))).ToList();
            var waits = _planned.Exists(p => p.Migration.Instance == migration.Instance) ? said.Find(d => d.Severity == Severity.Error) : null;
            diagnostics.AddRange(waits is null ? said : []);
            _planned.Add(new PlannedMigration(migration, plan, waits));
        }
    }

    private async Task<bool> AgreesAsync(MigrateOptions options, CancellationToken cancellationToken)
    {
        options.Show?.Invoke(_planned);
        foreach (var loss in _planned.Where(p => p.LosesData && !options.MayLoseData))
        {
            var hazards = loss.Plan!.Steps.SelectMany(s => s.Hazards ?? []).Where(h => h.Name == Hazard.DataLoss).Select(h => h.Detail).Distinct();
            diagnostics.Add(PlaceOf(loss.Migration, Diagnostic.Error(
                CoreCodes.HazardNotAllowed, $"The migration {loss.Migration.Name} is not allowed to lose data", $"{string.Join("; ", hazards)}. If that is meant: --allow {Hazard.DataLoss}. {Untouched}")));
        }

        return !diagnostics.HasErrors && (options.DryRun || await options.Approve(cancellationToken));
    }

    private async Task DoAsync(MigrateOptions options, CancellationToken cancellationToken)
    {
        var isOver = false;
        foreach (var planned in _planned)
        {
            if (isOver |= cancellationToken.IsCancellationRequested || (options.DryRun && planned.Waits is not null))
            {
                _results.Add(new MigrationResult(planned.Migration, ResourceOutcome.Skipped, [], TimeSpan.Zero, planned.Waits));
                continue;
            }

            var result = await DoAsync(planned.Migration, options, cancellationToken);
            _results.Add(result);
            isOver = result.Outcome != ResourceOutcome.Succeeded;
            observer.On(new ResourceFinished(
                planned.Migration.Instance, $"migration.{planned.Migration.Name}", options.Verb == MigrateVerb.RollBack ? MigrationActions.Rollback : MigrationActions.Migrate, result.Outcome, result.Duration, result.Diagnostic));
        }

        if (cancellationToken.IsCancellationRequested)
        {
            diagnostics.Error(DiagnosticCodes.Cancelled, "Cancelled", "What was begun came to its end; kolumn migrate status shows the rest.");
        }
    }

    /// <summary>What has begun gets its time to end when the command is cancelled, as <see cref="Applier.StopGrace"/> says.</summary>
    private async Task<MigrationResult> DoAsync(KnownMigration migration, MigrateOptions options, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stop = cancellationToken.Register(() => patience.CancelAfter(Applier.StopGrace));
        var asked = new MigrationOptions { DryRun = options.DryRun, AllowDataLoss = options.MayLoseData };
        MigrationResult Of(ResourceOutcome outcome, IReadOnlyList<MigrationStep> steps, Diagnostic? why) => new(migration, outcome, steps, time.GetElapsedTime(start), why);
        try
        {
            MigrationResponse answer;
            IReadOnlyList<MigrationStep> steps;
            var runtime = (IMigrationRuntime)sessions.RuntimeOf(migration.Instance);
            if (options.Verb == MigrateVerb.RollBack)
            {
                var undone = await runtime.RollbackMigrationAsync(new MigrationRequest { MigrationId = migration.Name, Options = asked }, patience.Token);
                (answer, steps) = (undone, undone.RolledBackSteps);
            }
            else
            {
                var applied = await runtime.ApplyMigrationAsync(_declared[(migration.Instance, migration.Name)].Request with { Options = asked }, patience.Token);
                (answer, steps) = (applied, applied.ExecutedSteps);
            }

            var said = answer.CollectDiagnostics().Select(d => sessions.Secrets.Hide(PlaceOf(migration, InWordsOfCommands(d)))).ToList();
            diagnostics.AddRange(said.Where(d => d.Severity == Severity.Error));
            return Of(answer.Success ? ResourceOutcome.Succeeded : ResourceOutcome.Failed, steps, said.Find(d => d.Severity == Severity.Error));
        }
        catch (OperationCanceledException)
        {
            return Of(ResourceOutcome.Unknown, [], Diagnostic.Error(DiagnosticCodes.Cancelled, "Cancelled while it ran", "The ledger knows what became of it: kolumn migrate status."));
        }
        catch (Exception failure)
        {
            var diagnostic = sessions.Secrets.Hide(ProviderFailures.ToDiagnostic(
                failure, migration.Instance, $"the migration {migration.Name}", "It happened as a whole or not at all, and the ledger knows which: kolumn migrate status."));
            diagnostics.Add(diagnostic);
            return Of(ResourceOutcome.Unknown, [], diagnostic);
        }
    }

    private async Task<T?> AskAsync<T>(string instance, string doing, Func<IMigrationRuntime, Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask((IMigrationRuntime)sessions.RuntimeOf(instance));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            diagnostics.Add(sessions.Secrets.Hide(ProviderFailures.ToDiagnostic(failure, instance, doing, Untouched)));
            return null;
        }
    }

    // A provider speaks of the request's options.
    private static Diagnostic InWordsOfCommands(Diagnostic diagnostic) => diagnostic.Detail?.Contains("allow_data_loss", StringComparison.Ordinal) == true
        ? diagnostic with { Detail = $"{diagnostic.Detail} In a command: --allow {Hazard.DataLoss}." }
        : diagnostic;

    private Diagnostic PlaceOf(KnownMigration migration, Diagnostic diagnostic) => _declared.TryGetValue((migration.Instance, migration.Name), out var configured)
        ? configured.Place(diagnostic)
        : diagnostic with { Address = diagnostic.Address ?? $"migration.{migration.Name}" };
}
