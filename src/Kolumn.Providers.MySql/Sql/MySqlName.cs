using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Sql;

/// <summary>
/// An object inside a database. Shown, and used as an identity, as <c>users</c> in the database that the connection names and as
/// <c>shop.users</c> in another; a part with a dot or a quote in it stands in double quotes.
/// </summary>
/// <param name="Schema">null for the connection's database.</param>
internal readonly record struct MySqlName(string? Schema, string Name)
{
    /// <summary>For statements: <c>`shop`.`users`</c>.</summary>
    public string Quoted => Schema is null ? Quote(Name) : $"{Quote(Schema)}.{Quote(Name)}";

    /// <summary>Reads <c>users</c> and <c>shop.users</c>.</summary>
    public static MySqlName? Parse(string text) => DottedName.Split(text) switch
    {
        [var name] => new MySqlName(null, name),
        [var schema, var name] => new MySqlName(schema, name),
        _ => null,
    };

    public static string Quote(string name) => SqlIdentifier.Quote(name, SqlDialect.MySql);

    public static string QuoteAll(IEnumerable<string> names) => string.Join(", ", names.Select(Quote));

    public override string ToString() => Schema is null ? DottedName.Show(Name) : $"{DottedName.Show(Schema)}.{DottedName.Show(Name)}";
}
