using System.Text.Json.Nodes;
using Kolumn.Compliance.Fixtures;
using Kolumn.Compliance.Probing;
using Kolumn.Compliance.Rules;
using Kolumn.Host;
using Kolumn.Protocol;

namespace Kolumn.Compliance;

/// <summary>What the checks share: the provider, what is known about it, and what was found.</summary>
internal sealed class Examination : IAsyncDisposable
{
    private readonly Ledger _ledger;
    private readonly ProbeHost _host;
    private readonly Dictionary<Probe, Probe> _assisted = [];
    private Probe? _shared;
    private Probe? _doomed;
    private Probe? _spare;

    public Examination(VerifyOptions options)
    {
        Options = options;
        _ledger = new Ledger(Secrets);
        Witness = new Witness(Secrets);
        Specimens = new SpecimenSource(options, Secrets);
        _host = new ProbeHost(options.Executable, options, Witness);
    }

    public VerifyOptions Options { get; }

    public Secrets Secrets { get; } = new();

    public Witness Witness { get; }

    public SpecimenSource Specimens { get; }

    /// <summary>Types of which a resource was made: what further checks can be made with. Null as long as nobody has tried.</summary>
    public List<TypeFacts>? Viable { get; set; }

    /// <summary>Known once the schema was read; empty before.</summary>
    public ProviderFacts Facts { get; set; } = new([]);

    /// <summary>Why the provider cannot be configured, where the configuration is at fault.</summary>
    public Answer? Refusal { get; set; }

    /// <summary>Why a rule may not have been looked at that no check stumbled over.</summary>
    public string ReasonOfNothing =>
        Options.Config is null ? "verify.json says no configuration (config)"
        : Refusal is not null ? "the configuration was refused"
        : "something before it failed";

    public IReadOnlyList<Finding> Findings => _ledger.Findings;

    /// <summary>The configured process that checks share; another one when the last one is gone.</summary>
    /// <exception cref="OutOfReachException">It does not start, or cannot be configured.</exception>
    public async Task<Probe> ProbeAsync(CancellationToken cancellationToken)
    {
        if (_shared is { IsAlive: true })
        {
            return _shared;
        }

        if (_shared is not null)
        {
            await _shared.DisposeAsync();
        }

        return _shared = await StartConfiguredAsync(cancellationToken);
    }

    /// <summary>A process that was only asked for its schema is as good as a new one.</summary>
    public void HandOn(Probe probe) => _spare = probe;

    /// <summary>The functions that its host adds to the provider's own.</summary>
    public IReadOnlyCollection<string> AssistedFunctions { get; private set; } = [];

    /// <summary>The same with its host's assistance, where it leaves Plan and Apply to the host: what a user has of it.</summary>
    public async Task<Probe> HostedAsync(CancellationToken cancellationToken) => await HostedAsync(await ProbeAsync(cancellationToken), cancellationToken);

    public async Task<Probe> HostedAsync(Probe probe, CancellationToken cancellationToken)
    {
        if (!IsAssisted)
        {
            return probe;
        }

        if (_assisted.TryGetValue(probe, out var known))
        {
            return known;
        }

        var hosted = new Probe(new AssistedWire(probe, Options.Assist!), _host.Options.ReadTimeout, (_, answer) => Hear(probe, answer with { Call = $"{answer.Call} of the host" }));
        var answer = await hosted.ConfigureAsync((JsonObject)Options.Config!.DeepClone(), cancellationToken);
        return answer.Succeeded ? _assisted[probe] = hosted : throw new OutOfReachException($"with its host's assistance, {answer.Outcome}");
    }

    /// <summary>Whether a host completes it.</summary>
    public bool IsAssisted => Options.Assist is not null && !(Facts.Has(FunctionNames.Plan) && Facts.Has(FunctionNames.Apply)) && Profile.ResourceFunctions.All(Facts.Has);

    /// <summary>Asks the host which functions it adds.</summary>
    public async Task LearnAssistanceAsync(Probe probe, CancellationToken cancellationToken)
    {
        if (IsAssisted)
        {
            var hosted = new Probe(new AssistedWire(probe, Options.Assist!), _host.Options.ReadTimeout, (_, _) => { });
            AssistedFunctions = [.. (await hosted.SchemaAsync(cancellationToken)).Body.Texts("supported_functions").Where(f => !Facts.Has(f))];
        }
    }

    /// <summary>Whether the provider has the function, or its host for it.</summary>
    public bool HasHosted(string function) => Facts.Has(function) || AssistedFunctions.Contains(function);

    /// <exception cref="OutOfReachException">It does not start.</exception>
    public async Task<Probe> StartAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _spare, null) is { } spare)
        {
            if (spare.IsAlive)
            {
                return spare;
            }

            await spare.DisposeAsync();
        }

        try
        {
            var probe = await _host.StartAsync(Hear, cancellationToken);
            Pass(RuleTable.Starts);
            return probe;
        }
        catch (PluginException failure)
        {
            Fail(RuleTable.Starts, "", $"It {failure.Report.What}", null);
            throw new OutOfReachException($"it {failure.Report.What}");
        }
    }

    /// <exception cref="OutOfReachException">It does not start, or cannot be configured.</exception>
    public async Task<Probe> StartConfiguredAsync(CancellationToken cancellationToken)
    {
        if (Options.Config is null)
        {
            throw new OutOfReachException("verify.json says no configuration");
        }

        var probe = await StartAsync(cancellationToken);
        var answer = await probe.ConfigureAsync((JsonObject)Options.Config.DeepClone(), cancellationToken);
        if (answer.Succeeded)
        {
            return probe;
        }

        await probe.DisposeAsync();
        if (answer.Refused && answer.Error.Length > 0)
        {
            Refusal ??= answer;
        }
        else
        {
            Fail(RuleTable.ConfigureAccepts, "", answer.Outcome, answer);
        }

        throw new OutOfReachException("it could not be configured");
    }

    public Kolumn.Host.Launching.ProviderProcess ProcessOf(Probe probe) => _host.ProcessOf(probe);

    /// <inheritdoc cref="ProbeHost.RunAloneAsync"/>
    public Task<LoneRun> RunAloneAsync(TimeSpan limit, CancellationToken cancellationToken) => _host.RunAloneAsync(limit, cancellationToken);

    /// <summary>Until it is disposed, the end of this one is not held against the provider: it is about to be killed.</summary>
    public IDisposable ExpectDeath(Probe probe)
    {
        _doomed = probe;
        return new Reprieve(this);
    }

    /// <summary>The types that further checks are made with.</summary>
    /// <exception cref="OutOfReachException">There are none.</exception>
    public IReadOnlyList<TypeFacts> ViableTypes() => (Viable ?? Promising()) is { Count: > 0 } types ? types : throw new OutOfReachException("no resource of any type could be made");

    /// <summary>Where nobody has tried them: what the author has fixtures for.</summary>
    private List<TypeFacts> Promising() => [.. Facts.Types.Where(t => SkipReason(t) is null && (Options.Fixtures.ContainsKey(t.Name) || Options.Fixtures.ContainsKey(t.FullName)))];

    /// <summary>Those that require nothing: the best known one first.</summary>
    public IReadOnlyList<TypeFacts> SimpleTypes() => [.. ViableTypes().Where(t => Specimens.Make(Facts, t).Requires.Count == 0).OrderBy(t => t.Name is "table" or "collection" ? 0 : 1)];

    /// <exception cref="OutOfReachException">There are none.</exception>
    public TypeFacts SimpleType() => SimpleTypes() is [var first, ..] ? first : throw new OutOfReachException("no resource could be made that requires no other");

    public void Pass(Rule rule, string subject = "") => _ledger.Pass(rule, subject);

    public void Fail(Rule rule, string subject, string what, Answer? evidence) => _ledger.Fail(rule, subject, what, evidence);

    public void Skip(Rule rule, string subject, string why) => _ledger.Skip(rule, subject, why);

    public void Unknown(Rule rule, string subject, string why, Answer? evidence = null) => _ledger.Unknown(rule, subject, why, evidence);

    /// <summary>Passed or failed; returns which.</summary>
    public bool Expect(bool holds, Rule rule, string subject, string otherwise, Answer? evidence) => _ledger.Expect(holds, rule, subject, otherwise, evidence);

    /// <summary>Why a type is not to be tried, in its author's words; null when it is.</summary>
    public string? SkipReason(TypeFacts type) => Options.Skip.GetValueOrDefault(type.Name) ?? Options.Skip.GetValueOrDefault(type.FullName);

    /// <summary>Whether the function is advertised; otherwise the rules that need it are skipped.</summary>
    public bool IsAdvertised(string function, params IReadOnlyList<Rule> rules)
    {
        if (HasHosted(function) && !Options.Skip.ContainsKey(function))
        {
            return true;
        }

        foreach (var rule in rules)
        {
            Skip(rule, "", Options.Skip.GetValueOrDefault(function) ?? $"{function} is not advertised");
        }

        return false;
    }

    /// <summary>Ends the processes that still run: only then the last of what they wrote has been heard.</summary>
    public async Task HearOutAsync()
    {
        foreach (var probe in new[] { _shared, _spare }.OfType<Probe>())
        {
            await probe.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await HearOutAsync();
        await _host.DisposeAsync();
    }

    private void Hear(Probe probe, Answer answer)
    {
        _ledger.HearSecrets(answer);
        if (!ReferenceEquals(probe, _doomed))
        {
            _ledger.Hear(answer);
        }
    }

    private sealed class Reprieve(Examination examination) : IDisposable
    {
        public void Dispose() => examination._doomed = null;
    }
}
