using System.Globalization;

namespace Kolumn.Providers.MySql.Database;

/// <summary>Which of the two servers it is, and which version.</summary>
/// <param name="Text">For messages: <c>10.11.6</c>.</param>
internal sealed record ServerFacts(bool IsMariaDb, Version Version, string Text)
{
    /// <param name="version">As VERSION() answers: <c>10.11.6-MariaDB-1:10.11.6+maria</c>, <c>5.5.5-10.4.2-MariaDB</c>, <c>8.0.36</c>.</param>
    public static ServerFacts Parse(string version)
    {
        var isMariaDb = version.Contains("mariadb", StringComparison.OrdinalIgnoreCase);

        // Ahead of the real one for clients that took 10 for older than 5.
        var real = version.StartsWith("5.5.5-", StringComparison.Ordinal) && isMariaDb ? version[6..] : version;
        var text = string.Concat(real.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).Trim('.');
        var parts = text.Split('.').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out var number) ? number : 0).Concat([0, 0, 0]).ToArray();
        return new ServerFacts(isMariaDb, new Version(parts[0], parts[1], parts[2]), text);
    }
}
