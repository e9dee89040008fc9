using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>What a create block says to Kolumn itself and not to the provider.</summary>
/// <param name="DependsOn">Addresses, from <c>depends_on</c>.</param>
/// <param name="PreventDestroy">From <c>lifecycle { prevent_destroy = true }</c>: a plan that would delete the resource is refused.</param>
internal sealed record MetaArguments(IReadOnlyList<string> DependsOn, bool PreventDestroy)
{
    /// <summary>Words that are Kolumn's own at the top of a create block.</summary>
    public static IReadOnlyList<string> Names { get; } = ["depends_on", "provider", "lifecycle", "count", "for_each"];

    public static MetaArguments Read(ResourceBlock block, ProjectSyntax project, DiagnosticList diagnostics)
    {
        var body = block.Syntax.Body;
        foreach (var name in new[] { "count", "for_each" })
        {
            if (body.Attribute(name) is { } repeated)
            {
                diagnostics.Error(
                    CoreCodes.UnsupportedBlock, repeated.NameRange, $"\"{name}\" is not part of this version",
                    "Write one create block per resource. Repeated parts within one resource can be written as a dynamic block.");
            }
        }

        return new MetaArguments(ReadDependencies(body, project, diagnostics), ReadLifecycle(body, diagnostics));
    }

    private static IReadOnlyList<string> ReadDependencies(Body body, ProjectSyntax project, DiagnosticList diagnostics)
    {
        if (body.Attribute("depends_on") is not { } attribute)
        {
            return [];
        }

        if (attribute.Expression is not TupleExpression list)
        {
            diagnostics.Error(DiagnosticCodes.WrongType, attribute.Expression.Range, "Not a list of resources", "Write depends_on = [TYPE.NAME, …].");
            return [];
        }

        var addresses = new List<string>();
        foreach (var element in list.Elements)
        {
            var address = element is LiteralExpression { Value.Kind: ValueKind.String } literal
                ? literal.Value.AsString()
                : References.AsReference(element) is { } reference && reference.Name(0) is { } name ? $"{reference.Root}.{name}" : null;
            if (address is not null && project.Resources.ContainsKey(address))
            {
                addresses.Add(address);
            }
            else
            {
                diagnostics.Error(
                    CoreCodes.UnknownReference, element.Range, "There is no such resource",
                    $"depends_on names create blocks as TYPE.NAME.{DidYouMean.Ask(address ?? element.Range.Text, project.Resources.Keys)}");
            }
        }

        return addresses;
    }

    private static bool ReadLifecycle(Body body, DiagnosticList diagnostics)
    {
        var preventsDestroy = false;
        foreach (var item in body.BlocksOf("lifecycle").SelectMany(b => b.Body.Items))
        {
            if (item is AttributeSyntax { Name: "prevent_destroy", Expression: LiteralExpression { Value.Kind: ValueKind.Bool } literal })
            {
                preventsDestroy = literal.Value.AsBool();
            }
            else
            {
                diagnostics.Error(CoreCodes.InvalidBlock, item.Range, "Not part of lifecycle", "It takes prevent_destroy = true or false.");
            }
        }

        return preventsDestroy;
    }
}
