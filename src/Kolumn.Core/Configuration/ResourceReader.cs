using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Protocol.Schema;
using ObjectType = Kolumn.Protocol.Schema.ObjectType;

namespace Kolumn.Core.Configuration;

/// <summary>
/// Reads a block's body by the schema of its type: attributes are computed and converted, nested blocks become the attribute
/// they stand for.
/// <list type="bullet">
/// <item><c>column "id" { … }</c>, repeated, is the list <c>columns</c>, whose elements have the label as their <c>name</c>.</item>
/// <item>A block of an attribute that is a map is its member under the label; of an attribute that is an object, the object.</item>
/// <item><c>dynamic "column" { for_each = … content { … } }</c> stands for as many blocks as there are elements.</item>
/// <item>Attribute and blocks of one list follow each other in the order of the text.</item>
/// </list>
/// </summary>
internal sealed class ResourceReader
{
    /// <summary>How many blocks one dynamic block may stand for.</summary>
    private const int MaxIterations = 100_000;

    private readonly DiagnosticList _diagnostics;
    private readonly AttributeCoercion _coercion;
    private readonly IReadOnlyDictionary<string, AttributeSchema> _state;
    private readonly bool _isResource;

    private ResourceReader(ObjectType state, AttributePlaces places, string address, bool isResource, DiagnosticList diagnostics)
    {
        _state = state.Attributes;
        _diagnostics = diagnostics;
        _isResource = isResource;
        Places = places;
        _coercion = new AttributeCoercion(places, address, diagnostics);
    }

    private AttributePlaces Places { get; }

    /// <summary>The configuration of a resource as an object of its schema's attributes, in the order of the text.</summary>
    public static (Value Config, AttributePlaces Places) Read(ResourceBlock block, ResourceKind kind, EvaluationScope scope, DiagnosticList diagnostics)
    {
        var places = new AttributePlaces(block.Place);
        var reader = new ResourceReader(kind.StateSchema, places, block.Address, isResource: true, diagnostics);
        return (reader.ReadBody(block.Syntax.Body, kind.ConfigSchema.Attributes, scope, AttributePath.Root, places, null), places);
    }

    /// <summary>The same without a schema: nested blocks become objects, repeated ones lists of objects.</summary>
    public static (Value Config, AttributePlaces Places) ReadFreely(Body body, SourceRange place, string address, EvaluationScope scope, DiagnosticList diagnostics)
    {
        var places = new AttributePlaces(place);
        var reader = new ResourceReader(new ObjectType(), places, address, isResource: false, diagnostics);
        return (reader.ReadBody(body, null, scope, AttributePath.Root, places, null), places);
    }

    private Value ReadBody(
        Body body, IReadOnlyDictionary<string, AttributeSchema>? attributes, EvaluationScope scope, AttributePath path, AttributePlaces places, BlockLabel? label)
    {
        var members = new OrderedDictionary<string, Value>(StringComparer.Ordinal);
        if (label is not null)
        {
            members["name"] = Value.Of(label.Text);
            places.AddMember("name", new AttributePlaces(label.Range));
        }

        foreach (var item in body.Items)
        {
            if (item is AttributeSyntax attribute)
            {
                if (!(_isResource && path.Steps.Count == 0 && MetaArguments.Names.Contains(attribute.Name)))
                {
                    ReadAttribute(attribute, attributes, scope, path, places, members, label);
                }
            }
            else if (item is BlockSyntax { Type: "dynamic" } dynamic)
            {
                ReadDynamic(dynamic, attributes, scope, path, places, members);
            }
            else if (item is BlockSyntax block && !(_isResource && path.Steps.Count == 0 && MetaArguments.Names.Contains(block.Type)))
            {
                ReadBlock(new NestedBlock(block.Type, block.TypeRange, block.HeaderRange, block.Labels, block.Body), attributes, scope, path, places, members);
            }
        }

        if (attributes is not null)
        {
            _coercion.RequireMembers(
                attributes, name => members.TryGetValue(name, out var value) && !value.IsNull, path, nameMayBeLabel: _isResource && path.Steps.Count == 0);
        }

        return Value.Object(members);
    }

    private void ReadAttribute(
        AttributeSyntax syntax, IReadOnlyDictionary<string, AttributeSchema>? attributes, EvaluationScope scope,
        AttributePath path, AttributePlaces places, OrderedDictionary<string, Value> members, BlockLabel? label)
    {
        var at = path.Member(syntax.Name);
        if (label is not null && syntax.Name == "name")
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, syntax.NameRange, "Named twice", $"The block's label is its name, \"{label.Text}\". Remove one of the two.");
            return;
        }

        var place = places.AddMember(syntax.Name, new AttributePlaces(syntax.Expression.Range, syntax.Expression));
        var value = Evaluate(syntax.Expression, scope);
        if (attributes is null)
        {
            members[syntax.Name] = value;
            return;
        }

        attributes.TryGetValue(syntax.Name, out var schema);
        if (schema is { Computed: true } || (schema is null && path.Steps.Count == 0 && _state.TryGetValue(syntax.Name, out var filledIn) && filledIn.Computed))
        {
            _coercion.Report(DiagnosticCodes.InvalidValue, at, $"\"{syntax.Name}\" cannot be set", "The provider fills it in. Remove the line; refer to it where its value is needed.");
            return;
        }

        if (schema is null)
        {
            _coercion.ReportUnknown(syntax.Name, attributes, syntax.NameRange, path);
            return;
        }

        if (schema.Deprecated is { } instead)
        {
            _diagnostics.Warning(CoreCodes.DeprecatedAttribute, syntax.NameRange, $"\"{syntax.Name}\" should no longer be written", $"Use instead: {instead}.");
        }

        value = _coercion.Coerce(value, schema, at);
        members[syntax.Name] = members.TryGetValue(syntax.Name, out var before) ? Join(before, value) : value;
        for (var i = 0; before is not null && value.IsSequence && i < value.Elements.Length; i++)
        {
            place.AddElement(new AttributePlaces(syntax.Expression.Range));
        }
    }

    private void ReadBlock(
        NestedBlock block, IReadOnlyDictionary<string, AttributeSchema>? attributes, EvaluationScope scope,
        AttributePath path, AttributePlaces places, OrderedDictionary<string, Value> members)
    {
        if (attributes is null)
        {
            AppendFreely(block, scope, path, places, members);
            return;
        }

        if (BlockWords.AttributeOf(block.Type, attributes) is not { } name || attributes[name] is not { Computed: false } schema)
        {
            var hint = DidYouMean.Ask(block.Type, attributes.Where(a => !a.Value.Computed).Select(a => a.Key).SelectMany(BlockWords.Of));
            _diagnostics.Add(Diagnostic.Error(DiagnosticCodes.UnknownAttribute, $"Unknown block \"{block.Type}\"",
                hint.Length > 0 ? hint.TrimStart() : "Nothing of that name is part of this resource type.") with
            {
                Place = SourcePlaces.Of(block.TypeRange),
                Attribute = path.Member(block.Type),
            });
            return;
        }

        var place = places.AddMember(name, new AttributePlaces(block.HeaderRange));
        switch (AttributeTypes.Fold(schema.Type))
        {
            case AttributeTypes.List:
                AppendElement(block, name, schema, scope, path, place, members);
                break;
            case AttributeTypes.Map:
                AddMapMember(block, name, schema, scope, path, place, members);
                break;
            case AttributeTypes.Object:
                SetObject(block, name, schema, scope, path, place, members);
                break;
            case AttributeTypes.Any:
                AppendFreely(block with { Type = name }, scope, path, places, members);
                break;
            default:
                _diagnostics.Error(CoreCodes.InvalidBlock, block.HeaderRange, $"\"{name}\" is no block", $"It takes a single value: write {name} = ….");
                break;
        }
    }

    private void AppendElement(
        NestedBlock block, string name, AttributeSchema schema, EvaluationScope scope, AttributePath path, AttributePlaces place, OrderedDictionary<string, Value> members)
    {
        var elem = schema.Elem;
        if (elem is not null && AttributeTypes.Fold(elem.Type) is not (AttributeTypes.Object or AttributeTypes.Any))
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, block.HeaderRange, $"\"{name}\" is no block", $"It is a list of single values: write {name} = [ … ].");
            return;
        }

        var before = members.TryGetValue(name, out var given) ? given : Value.EmptyList;
        var takesLabel = elem?.Attributes is null || elem.Attributes.ContainsKey("name");
        if (!HasLabels(block, takesLabel ? 1 : 0))
        {
            return;
        }

        var elementPlace = new AttributePlaces(block.HeaderRange);
        place.AddElement(elementPlace);
        var at = path.Member(name).Element(before.Elements.Length);
        var element = ReadBody(block.Body, elem?.Attributes, scope, at, elementPlace, block.Label);
        members[name] = Join(before, Value.List(element));
    }

    private void AddMapMember(
        NestedBlock block, string name, AttributeSchema schema, EvaluationScope scope, AttributePath path, AttributePlaces place, OrderedDictionary<string, Value> members)
    {
        if (block.Labels.Count != 1)
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, block.HeaderRange, "Wrong number of labels", $"The label is the key: write {block.Type} \"key\" {{ … }}.");
            return;
        }

        var key = block.Labels[0].Text;
        var before = members.TryGetValue(name, out var given) ? given : Value.EmptyObject;
        if (before.TryGetMember(key, out _))
        {
            _diagnostics.Error(CoreCodes.DuplicateDefinition, block.HeaderRange, "Defined twice", $"\"{key}\" is a member of {name} already. Rename or remove one of the two.");
            return;
        }

        var memberPlace = place.AddMember(key, new AttributePlaces(block.HeaderRange));
        members[name] = before.With(key, ReadBody(block.Body, schema.Elem?.Attributes, scope, path.Member(name).Member(key), memberPlace, null));
    }

    private void SetObject(
        NestedBlock block, string name, AttributeSchema schema, EvaluationScope scope, AttributePath path, AttributePlaces place, OrderedDictionary<string, Value> members)
    {
        var takesLabel = schema.Attributes is null || schema.Attributes.ContainsKey("name");
        if (!HasLabels(block, takesLabel ? 1 : 0))
        {
            return;
        }

        if (members.ContainsKey(name))
        {
            _diagnostics.Error(CoreCodes.DuplicateDefinition, block.HeaderRange, "Defined twice", $"There can be only one \"{name}\". Put everything into one block.");
            return;
        }

        members[name] = ReadBody(block.Body, schema.Attributes, scope, path.Member(name), place, block.Label);
    }

    private void AppendFreely(NestedBlock block, EvaluationScope scope, AttributePath path, AttributePlaces places, OrderedDictionary<string, Value> members)
    {
        if (!HasLabels(block, 1))
        {
            return;
        }

        var place = places.AddMember(block.Type, new AttributePlaces(block.HeaderRange));
        var value = ReadBody(block.Body, null, scope, path.Member(block.Type), place, block.Label);
        members[block.Type] = members.TryGetValue(block.Type, out var before)
            ? Value.List([.. before.IsSequence ? before.Elements : [before], value])
            : value;
    }

    /// <summary>One block per element, in which the iterator has the members <c>key</c> and <c>value</c>.</summary>
    private void ReadDynamic(
        BlockSyntax syntax, IReadOnlyDictionary<string, AttributeSchema>? attributes, EvaluationScope scope,
        AttributePath path, AttributePlaces places, OrderedDictionary<string, Value> members)
    {
        if (syntax.Labels.Count != 1 || syntax.Body.Attribute("for_each") is not { } forEach || syntax.Body.BlocksOf("content").ToList() is not [var content])
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, syntax.HeaderRange, "Incomplete dynamic block", "Write dynamic \"column\" { for_each = … content { … } }, with one content block.");
            return;
        }

        foreach (var other in syntax.Body.Items.Where(i => i is not (AttributeSyntax { Name: "for_each" or "iterator" or "labels" } or BlockSyntax { Type: "content" })))
        {
            _diagnostics.Error(CoreCodes.InvalidBlock, other.Range, "Not part of a dynamic block", "It takes for_each, iterator, labels and content; what the blocks hold belongs into content.");
        }

        var type = syntax.Labels[0].Text;
        var iterator = syntax.Body.Attribute("iterator") is { } named ? References.AsReference(named.Expression)?.Root ?? type : type;
        var collection = Evaluate(forEach.Expression, scope);
        if (collection.IsUnknown)
        {
            var name = attributes is null ? type : BlockWords.AttributeOf(type, attributes) ?? type;
            places.AddMember(name, new AttributePlaces(forEach.Expression.Range));
            members[name] = Value.Unknown.SensitiveIf(collection.IsSensitive);
            return;
        }

        if (!collection.IsSequence && collection.Kind != ValueKind.Object)
        {
            _diagnostics.Error(DiagnosticCodes.WrongType, forEach.Expression.Range, "Nothing to go through", $"for_each takes a list, a set or an object; this is {collection.Describe()}.");
            return;
        }

        var pairs = collection.Kind == ValueKind.Object
            ? collection.Members.Select(m => (Key: Value.Of(m.Key), m.Value))
            : collection.Elements.Select((e, i) => (Key: collection.Kind == ValueKind.Set ? e : Value.Of(i), Value: e));
        foreach (var (key, value) in pairs.Take(MaxIterations))
        {
            var each = Value.Object(("key", key.SensitiveIf(collection.IsSensitive)), ("value", value.SensitiveIf(collection.IsSensitive)));
            var inner = scope.With(iterator, each);
            var block = new NestedBlock(type, syntax.Labels[0].Range, syntax.HeaderRange, LabelsOf(syntax, inner), content.Body);
            ReadBlock(block, attributes, inner, path, places, members);
        }
    }

    private IReadOnlyList<BlockLabel> LabelsOf(BlockSyntax dynamic, EvaluationScope scope)
    {
        if (dynamic.Body.Attribute("labels") is not { } labels)
        {
            return [];
        }

        var value = Evaluate(labels.Expression, scope);
        if (value.IsSequence && value.Elements.All(e => Conversions.ToText(e) is { Kind: ValueKind.String }))
        {
            return [.. value.Elements.Select(e => new BlockLabel(Conversions.ToText(e)!.AsString(), labels.Expression.Range, IsQuoted: true))];
        }

        _diagnostics.Error(DiagnosticCodes.WrongType, labels.Expression.Range, "Not a list of labels", "labels takes a list of known strings.");
        return [];
    }

    private Value Evaluate(Expression expression, EvaluationScope scope)
    {
        var found = new DiagnosticBag();
        var value = Evaluator.Evaluate(expression, scope, found);
        _diagnostics.AddRange(found);
        return value;
    }

    private bool HasLabels(NestedBlock block, int most)
    {
        if (block.Labels.Count <= most)
        {
            return true;
        }

        _diagnostics.Error(
            CoreCodes.InvalidBlock, block.HeaderRange, "Too many labels", most == 0 ? $"\"{block.Type}\" takes no label." : $"\"{block.Type}\" takes one label, its name.");
        return false;
    }

    /// <summary>Unknown swallows: how many elements there are is not known then.</summary>
    private static Value Join(Value before, Value after) => before.IsUnknown || after.IsUnknown || !before.IsSequence || !after.IsSequence
        ? Value.Unknown
        : Value.List(before.Elements.AddRange(after.Elements)).SensitiveIf(before.IsSensitive || after.IsSensitive);

    private sealed record NestedBlock(string Type, SourceRange TypeRange, SourceRange HeaderRange, IReadOnlyList<BlockLabel> Labels, Body Body)
    {
        public BlockLabel? Label => Labels.Count > 0 ? Labels[0] : null;
    }
}
