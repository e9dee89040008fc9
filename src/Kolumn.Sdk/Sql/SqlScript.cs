namespace Kolumn.Sdk.Sql;

/// <summary>Divides a text of several statements into them.</summary>
public static class SqlScript
{
    private static readonly string[] WithBody = ["TRIGGER", "FUNCTION", "PROCEDURE"];

    /// <summary>The statements without their semicolons; comments around and between them are left out. A body between BEGIN and END is part of its statement.</summary>
    public static IReadOnlyList<string> Split(string text, SqlDialect dialect)
    {
        var statements = new List<string>();
        var open = new List<SqlToken>();
        var depth = 0;
        foreach (var token in SqlScanner.Scan(text, dialect).Where(t => t.Kind != SqlTokenKind.Comment))
        {
            if (token.Is(text, ';') && depth == 0)
            {
                Close();
                continue;
            }

            open.Add(token);
            depth = Math.Max(0, depth + DepthOf(text, token, open));
        }

        Close();
        return statements;

        void Close()
        {
            if (open.Count > 0)
            {
                statements.Add(text[open[0].Start..open[^1].End]);
                open.Clear();
            }

            depth = 0;
        }
    }

    /// <summary>Why the text cannot be divided with certainty, for a user to read; null when it can.</summary>
    public static string? FaultOf(string? text, SqlDialect dialect) => SqlFragment.FaultOf(text, SqlFragmentKind.Statements, dialect);

    // CASE ends with END too, and only counts inside of a body.
    private static int DepthOf(string text, SqlToken token, List<SqlToken> statement)
    {
        if (token.Kind != SqlTokenKind.Word || !HasBody(text, statement))
        {
            return 0;
        }

        return Is(text, token, "BEGIN") || Is(text, token, "CASE") ? 1 : Is(text, token, "END") ? -1 : 0;
    }

    private static bool HasBody(string text, List<SqlToken> statement) =>
        Is(text, statement[0], "CREATE") && statement.Take(5).Any(word => WithBody.Any(kind => Is(text, word, kind)));

    private static bool Is(string text, SqlToken token, string word) =>
        token.Kind == SqlTokenKind.Word && token.In(text).Equals(word, StringComparison.OrdinalIgnoreCase);
}
