using Kolumn.Language;
using Kolumn.Language.Syntax;
using Kolumn.Protocol;

namespace Kolumn.Core.Configuration;

/// <summary>
/// What has to be known of a provider before it runs, and so before anything is evaluated: where it comes from, which versions
/// will do, how to talk to it. It stands in provider blocks and in <c>required_providers</c>, as literals.
/// </summary>
internal sealed class ProviderSettings(ProjectSyntax project, DiagnosticList diagnostics)
{
    /// <summary>Attributes of a provider block that are not the provider's own.</summary>
    public static IReadOnlyList<string> Names { get; } = ["source", "version", "transport"];

    /// <summary>The providers that have a block, in the order of the text.</summary>
    public IReadOnlyList<RequiredProvider> Read() => [.. project.Providers.Values.GroupBy(p => p.Id, StringComparer.Ordinal).Select(g => Read(g.Key, [.. g]))];

    private RequiredProvider Read(string id, IReadOnlyList<ProviderBlock> blocks)
    {
        var requirement = project.ProviderRequirements.GetValueOrDefault(id);
        return new RequiredProvider(id, First("source"), Version(), First("transport"), [.. blocks.Select(b => b.Instance)])
        {
            Place = SourcePlaces.Of(blocks[0].Syntax.HeaderRange),
        };

        // A block says it for all instances, since one executable serves them; before the requirement, since it stands nearer.
        string? First(string name) => Literals(name).Select(l => l.Text).FirstOrDefault();

        VersionConstraint? Version()
        {
            VersionConstraint? all = null;
            foreach (var (text, place) in Literals("version"))
            {
                if (VersionConstraint.Parse(text, out var fault) is { } constraint)
                {
                    all = all?.And(constraint) ?? constraint;
                }
                else
                {
                    diagnostics.Error(DiagnosticCodes.InvalidValue, place, "Not a version constraint", fault);
                }
            }

            return all;
        }

        List<(string Text, SourceRange Place)> Literals(string name)
        {
            var found = new List<(string, SourceRange)>();
            var written = blocks.Select(b => b.Syntax.Body.Attribute(name)?.Expression).Append(requirement?.Items.FirstOrDefault(i => Text(i.Key) == name)?.Value);
            foreach (var expression in written.OfType<Expression>().Where(e => e is not InvalidExpression))
            {
                if (Text(expression) is { } text)
                {
                    found.Add((text, expression.Range));
                }
                else
                {
                    diagnostics.Error(
                        DiagnosticCodes.InvalidValue, expression.Range, $"\"{name}\" has to be a literal string",
                        $"The provider is chosen and started before anything is evaluated. Write {name} = \"…\" without references and ${{ }}.");
                }
            }

            return found;
        }
    }

    private static string? Text(Expression? expression) =>
        expression is LiteralExpression { Value.Kind: ValueKind.String } literal ? literal.Value.AsString() : null;
}
