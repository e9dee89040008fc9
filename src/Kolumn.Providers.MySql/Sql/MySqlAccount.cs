namespace Kolumn.Providers.MySql.Sql;

/// <summary>Who logs in, or a role: shown as <c>app@localhost</c> and <c>readers</c>.</summary>
/// <param name="Host">From where; null for a role.</param>
internal readonly record struct MySqlAccount(string Name, string? Host)
{
    /// <summary>From anywhere.</summary>
    public const string AnyHost = "%";

    /// <summary>For statements: <c>'app'@'localhost'</c>. MariaDB's role of everybody is a word.</summary>
    public string Quoted => Host is null ? Name == "PUBLIC" ? Name : MySqlText.Quote(Name) : $"{MySqlText.Quote(Name)}@{MySqlText.Quote(Host)}";

    /// <summary>A host has no at sign; a name may.</summary>
    public static MySqlAccount Parse(string text) => text.LastIndexOf('@') is >= 0 and var at
        ? new MySqlAccount(text[..at], text[(at + 1)..] is { Length: > 0 } host ? host : null)
        : new MySqlAccount(text, null);

    public override string ToString() => Host is null ? Name : $"{Name}@{Host}";
}
