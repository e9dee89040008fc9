using System.Text.Json.Nodes;
using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using ObjectType = Kolumn.Protocol.Schema.ObjectType;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Gives everything a project declares its value.
/// <list type="number">
/// <item>Variables, then locals that need no resource: enough to configure the providers.</item>
/// <item>Resources and the remaining locals in the order of the reference graph, with the schemas the providers have told.</item>
/// <item>Outputs.</item>
/// </list>
/// </summary>
internal sealed class ProjectEvaluation
{
    private readonly Project _project;
    private readonly DiagnosticList _diagnostics;
    private readonly Func<string, JsonObject?> _recorded;
    private readonly EvaluationScope _scope;
    private readonly Dictionary<string, Value> _locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Value> _resources = new(StringComparer.Ordinal);
    private ResourceBlock? _current;

    /// <param name="project">What is to be evaluated.</param>
    /// <param name="fixedVariables">Values that win over every source, as a plan file carries them.</param>
    /// <param name="recorded">The state recorded for an address.</param>
    /// <param name="time">What <c>timestamp()</c> reads.</param>
    /// <param name="diagnostics">Where mistakes go.</param>
    public ProjectEvaluation(
        Project project, IReadOnlyDictionary<string, Value>? fixedVariables, Func<string, JsonObject?> recorded, TimeProvider time, DiagnosticList diagnostics)
    {
        _project = project;
        _diagnostics = diagnostics;
        _recorded = recorded;
        _scope = new EvaluationScope(Resolve, time: time);

        // 1
        Variables = VariableValues.Gather(project.Syntax, project.VariableFiles, project.Options, fixedVariables, diagnostics);
        foreach (var node in project.Graph.Order.Where(n => IsLocal(n) && project.Graph.ResourcesOf(n).Count == 0))
        {
            EvaluateLocal(node);
        }
    }

    public IReadOnlyDictionary<string, Value> Variables { get; }

    /// <summary>A provider block's attributes, converted to what the provider's schema asks for; unknown ones are said and left out.</summary>
    public ConfiguredProvider EvaluateProvider(ProviderBlock block, ObjectType? schema)
    {
        var (read, places) = ResourceReader.ReadFreely(block.Syntax.Body, block.Syntax.HeaderRange, $"provider.{block.Instance}", _scope, _diagnostics);
        var coercion = new AttributeCoercion(places, $"provider.{block.Instance}", _diagnostics);
        var members = new List<KeyValuePair<string, Value>>();
        var settings = new JsonObject();
        foreach (var (name, value) in read.Members)
        {
            var path = AttributePath.Of(name);
            if (value.ContainsUnknown)
            {
                if (!_diagnostics.HasErrors)
                {
                    coercion.Report(CoreCodes.UnknownValue, path, $"\"{name}\" is not known yet", "A provider is configured before any resource exists, so its block cannot use what a resource provides.");
                }
            }
            else if (ProviderSettings.Names.Contains(name))
            {
                if (name == "transport" && ValueJson.ToJson(value)?.ToString() is not ("tcp" or "unix"))
                {
                    coercion.Report(DiagnosticCodes.InvalidValue, path, "There is no such transport", "Write \"tcp\" (a loopback port with mutual TLS, the default) or \"unix\" (a socket in a private directory).");
                }

                settings[name] = ValueJson.ToJson(value);
            }
            else if (name == "alias")
            {
                continue;
            }
            else if (schema is null)
            {
                members.Add(new(name, value));
            }
            else if (schema.Attributes.TryGetValue(name, out var attribute))
            {
                members.Add(new(name, coercion.Coerce(value, attribute, path)));
            }
            else
            {
                _diagnostics.Warning(
                    DiagnosticCodes.UnknownAttribute, places.Find(path), $"Unknown attribute \"{name}\"",
                    $"The {block.Id} provider does not read it; it changes nothing.{DidYouMean.Ask(name, schema.Attributes.Keys)}");
            }
        }

        var wire = WireConfig.Write(Value.Object(members), schema ?? new ObjectType());
        return new ConfiguredProvider(block, wire.Json, settings.Count > 0 ? settings : null, wire.Secrets, places);
    }

    /// <summary>2: every resource, each after what it refers to.</summary>
    public IReadOnlyList<ConfiguredResource> EvaluateResources(ProviderCatalog catalog)
    {
        var configured = new Dictionary<string, ConfiguredResource>(StringComparer.Ordinal);
        var deferred = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in _project.Graph.Order)
        {
            if (IsLocal(node))
            {
                if (_project.Graph.ResourcesOf(node).Count > 0)
                {
                    EvaluateLocal(node);
                }
            }
            else if (EvaluateResource(_project.Syntax.Resources[node], catalog, deferred) is { } resource)
            {
                configured[node] = resource;
            }
        }

        return [.. _project.Syntax.Resources.Keys.Where(configured.ContainsKey).Select(a => configured[a])];
    }

    /// <summary>After the resources, to which they may refer; nothing refers to them.</summary>
    public IReadOnlyList<ConfiguredMigration> EvaluateMigrations(ProviderCatalog catalog)
    {
        var configured = new List<ConfiguredMigration>();
        foreach (var block in _project.Syntax.Migrations.Values)
        {
            if (MigrationBlocks.Read(block, _scope, _diagnostics) is { } read && catalog.Resolve(block, read.ResourceType, _diagnostics) is { } instance)
            {
                configured.Add(new ConfiguredMigration(read, instance));
            }
        }

        return configured;
    }

    /// <summary>3</summary>
    public IReadOnlyList<ConfiguredOutput> EvaluateOutputs() => [.. _project.Syntax.Outputs.Values.Select(EvaluateOutput).OfType<ConfiguredOutput>()];

    private ConfiguredResource? EvaluateResource(ResourceBlock block, ProviderCatalog catalog, HashSet<string> deferred)
    {
        var meta = MetaArguments.Read(block, _project.Syntax, _diagnostics);
        if (catalog.Resolve(block, _diagnostics) is not var (instance, kind))
        {
            _resources[block.Address] = Value.Unknown;
            return null;
        }

        _current = block;
        var (config, places) = ResourceReader.Read(block, kind, _scope, _diagnostics);
        _current = null;
        _resources[block.Address] = ResourceValue.Of(block, kind, config, _recorded(block.Address));
        var wire = WireConfig.Write(config, kind.ConfigSchema);
        var dependsOn = _project.Graph.ResourcesOf(block.Address).Concat(meta.DependsOn).Where(a => a != block.Address).Distinct(StringComparer.Ordinal).ToList();
        var isDeferred = wire.Unknown.Count > 0 || dependsOn.Exists(deferred.Contains);
        if (isDeferred)
        {
            deferred.Add(block.Address);
        }

        return new ConfiguredResource(block, instance, kind, meta) { Wire = wire, Places = places, DependsOn = dependsOn, IsDeferred = isDeferred };
    }

    private ConfiguredOutput? EvaluateOutput(OutputBlock output)
    {
        var body = output.Syntax.Body;
        foreach (var item in body.Items.Where(i => i is not AttributeSyntax { Name: "value" or "description" or "sensitive" or "depends_on" }))
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, item.Range, "Not part of an output", "An output has value, description and sensitive.");
        }

        if (body.Attribute("value") is not { } value)
        {
            _diagnostics.Error(DiagnosticCodes.MissingAttribute, output.Syntax.HeaderRange, "Missing attribute \"value\"", "An output has a value: value = ….");
            return null;
        }

        var result = Evaluate(value.Expression);
        var isSensitive = result.ContainsSensitive || (body.Attribute("sensitive") is { } marked && Evaluate(marked.Expression) is { Kind: ValueKind.Bool } flag && flag.AsBool());
        var description = body.Attribute("description")?.Expression is LiteralExpression { Value.Kind: ValueKind.String } text ? text.Value.AsString() : null;
        return new ConfiguredOutput(output.Name, result, isSensitive, description);
    }

    private void EvaluateLocal(string node)
    {
        var name = node["local.".Length..];
        _locals[name] = Evaluate(_project.Syntax.Locals[name].Syntax.Expression);
    }

    private Value Evaluate(Expression expression)
    {
        var found = new DiagnosticBag();
        var value = Evaluator.Evaluate(expression, _scope, found);
        _diagnostics.AddRange(found);
        return value;
    }

    private Resolution Resolve(Reference reference, DiagnosticBag found)
    {
        switch (reference.Root)
        {
            case "var":
                return Lookup(reference, Variables, "variable", found);
            case "local":
                return reference.Name(0) is { } local && _project.Syntax.Locals.ContainsKey(local)
                    ? Resolution.Found(_locals.GetValueOrDefault(local, Value.Unknown), 1)
                    : Unknown(reference, "local value", _project.Syntax.Locals.Keys, found);
            case "env":
                return EnvironmentNames.Resolve(reference, _project.Options.Environment, found);
            case "module" or "data" or "discover" or "input" or "each" or "count" or "path" or "self":
                found.Error(CoreCodes.UnsupportedBlock, reference.RootRange, $"\"{reference.Root}\" is not part of this version", "References may start with var, local, env or the type of a resource.");
                return Resolution.Failed;
            default:
                return _project.Syntax.ResourceTypes.Contains(reference.Root)
                    ? ResolveResource(reference, found)
                    : Resolution.NotFound(["var", "local", "env", .. _project.Syntax.ResourceTypes]);
        }
    }

    private Resolution ResolveResource(Reference reference, DiagnosticBag found)
    {
        if (reference.Name(0) is not { } name)
        {
            var all = _project.Syntax.Resources.Values.Where(r => r.Type == reference.Root);
            return Resolution.Found(Value.Object(all.Select(r => new KeyValuePair<string, Value>(r.Name, _resources.GetValueOrDefault(r.Address, Value.Unknown)))));
        }

        var address = $"{reference.Root}.{name}";
        if (address == _current?.Address)
        {
            return ResolveSelf(_current, reference, found);
        }

        return _project.Syntax.Resources.ContainsKey(address)
            ? Resolution.Found(_resources.GetValueOrDefault(address, Value.Unknown), 1)
            : Unknown(reference, reference.Root, _project.Syntax.Resources.Values.Where(r => r.Type == reference.Root).Select(r => r.Name), found);
    }

    /// <summary>A resource may use its own names, as a table does whose rows refer to each other.</summary>
    private Resolution ResolveSelf(ResourceBlock block, Reference reference, DiagnosticBag found)
    {
        if (reference.Name(1) is { } attribute && attribute is not ("id" or "type" or "name" or "full_name"))
        {
            found.Error(CoreCodes.ReferenceCycle, reference.Range, "A resource refers to itself", $"Only its id, type, name and full_name can be used within {block.Address}. Move the value into locals to use it twice.");
            return Resolution.Failed;
        }

        var body = block.Syntax.Body;
        return Resolution.Found(ResourceValue.OfNames(block, Own(body.Attribute("name")), Own(body.Attribute("schema"))), 1);

        Value? Own(AttributeSyntax? own) => own is null || References.Of(own.Expression).Any(r => $"{r.Root}.{r.Name(0)}" == block.Address)
            ? null
            : Evaluator.Evaluate(own.Expression, _scope, new DiagnosticBag());
    }

    private static Resolution Lookup(Reference reference, IReadOnlyDictionary<string, Value> values, string what, DiagnosticBag found) =>
        reference.Name(0) is { } name && values.TryGetValue(name, out var value) ? Resolution.Found(value, 1) : Unknown(reference, what, values.Keys, found);

    private static Resolution Unknown(Reference reference, string what, IEnumerable<string> names, DiagnosticBag found)
    {
        var name = reference.Name(0);
        found.Error(
            CoreCodes.UnknownReference, reference.RangeOf(Math.Min(1, reference.Steps.Length)),
            name is null ? "Incomplete reference" : $"There is no {what} \"{name}\"",
            name is null ? $"Name one: {reference.Root}.name." : $"Nothing of that name is declared in this project.{DidYouMean.Ask(name, names)}");
        return Resolution.Failed;
    }

    private static bool IsLocal(string node) => node.StartsWith("local.", StringComparison.Ordinal);
}
