using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Resources.Indexes;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Tables;

/// <summary>Exclusion constraints between a user's text, a definition and SQL.</summary>
internal static class TableExclusions
{
    private const string OperatorCharacters = "+-*/<>=~!@#%^&|`?";

    private static readonly IReadOnlyCollection<string> Members = [.. IndexResource.Members, "operator"];

    /// <param name="nameOf">Gives a name to a constraint of these columns that has none.</param>
    public static ExclusionDefinition Describe(ConfigReader config, Func<IReadOnlyList<string>, string> nameOf)
    {
        var elements = IndexResource.Parts(config, "elements", Members).Select(Element).ToList();
        var method = config.Name("method", required: false) ?? "gist";
        var initiallyDeferred = config.Flag("initially_deferred") ?? false;
        return new ExclusionDefinition
        {
            Name = config.Name("name", required: false) ?? nameOf([.. elements.Select(element => element.Column ?? "expr")]),
            Method = method == "btree" ? null : method,
            Elements = elements,
            Include = config.Names("include"),
            Where = config.Sql("where"),
            Deferrable = initiallyDeferred || (config.Flag("deferrable") ?? false),
            InitiallyDeferred = initiallyDeferred,
        };
    }

    /// <summary>The members that a definition calls otherwise than a user, and the method, whose default is another.</summary>
    public static void ToConfig(JsonObject config)
    {
        var method = (string?)config["method"] ?? "btree";
        config.Remove("method");
        if (method != "gist")
        {
            config["method"] = method;
        }

        foreach (var element in config["elements"]!.AsArray().Select(element => element!.AsObject()))
        {
            if (element.Remove("column", out var column))
            {
                element.Insert(0, "name", column);
            }
        }
    }

    public static string ToSql(ExclusionDefinition exclusion) =>
        $"EXCLUDE USING {SqlIdentifier.Quote(exclusion.Method ?? "btree")} ({string.Join(", ", exclusion.Elements.Select(element => $"{IndexSql.Part(element)} WITH {element.Operator}"))})"
        + (exclusion.Include.Count > 0 ? $" INCLUDE ({SqlIdentifier.QuoteAll(exclusion.Include)})" : "")
        + (exclusion.Where is { } condition ? $" WHERE ({condition})" : "")
        + TableSql.Deferral(exclusion.Deferrable, exclusion.InitiallyDeferred);

    private static ExclusionElement Element(ConfigReader config)
    {
        var operation = config.Text("operator");
        if (operation is null)
        {
            config.Error("operator", DiagnosticCodes.MissingAttribute, "An element of an exclusion constraint has an operator", "For example && for ranges that overlap.");
        }

        return (ExclusionElement)IndexResource.Part(config, new ExclusionElement { Operator = operation is null ? "=" : Operator(config, operation.Trim()) });
    }

    private static string Operator(ConfigReader config, string text)
    {
        var qualified = text.StartsWith("OPERATOR(", StringComparison.OrdinalIgnoreCase) && text.EndsWith(')') ? text["OPERATOR(".Length..^1] : null;
        var dot = qualified?.LastIndexOf('.') ?? -1;
        var symbol = qualified is null ? text : qualified[(dot + 1)..].Trim();
        if (symbol.Length == 0 || symbol.Any(c => !OperatorCharacters.Contains(c, StringComparison.Ordinal)) || (qualified is not null && dot < 1))
        {
            config.Invalid("operator", $"'{ConfigReader.Shown(text)}' is not an operator", "Write one such as && or =, or OPERATOR(schema.&&).");
            return "=";
        }

        return qualified is null ? symbol
            : DottedName.Split(qualified[..dot].Trim()) is [var schema] ? $"OPERATOR({PostgresConfig.SpelledName(schema)}.{symbol})"
            : symbol;
    }
}
