using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Tests;

/// <summary>Configurations and what becomes of them, without a database.</summary>
internal static class Configs
{
    public static JsonObject Json(string text) => JsonNode.Parse(text, documentOptions: new() { AllowTrailingCommas = true })!.AsObject();

    /// <summary>The description of a configuration that has no mistakes.</summary>
    public static JsonObject Describe(ICreateHandler handler, string config, params (string Address, string Config)[] others)
    {
        var (definition, diagnostics) = TryDescribe(handler, config, others);
        diagnostics.ShouldBeEmpty();
        return definition;
    }

    public static (JsonObject Definition, IReadOnlyList<Diagnostic> Diagnostics) TryDescribe(
        ICreateHandler handler, string config, params (string Address, string Config)[] others)
    {
        var context = new DescribeContext(
            new ResourceAddress("postgres_thing", "test"),
            address => others.FirstOrDefault(other => other.Address == address).Config is { } found ? Json(found) : null);
        return (handler.Describe(Json(config), context), context.Diagnostics);
    }

    /// <summary>The statements' texts, an empty line between two of them.</summary>
    public static string Text(IEnumerable<Statement>? statements) => string.Join("\n\n", statements.ShouldNotBeNull().Select(statement => statement.Text));
}
