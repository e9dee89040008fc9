using System.Text;

namespace MySqlConnector.Internal;

/// <summary>
/// Puts statements into as few round trips as possible. Those that can be joined safely go as one text; one with parameters, one that may answer more
/// than once, and one whose end is not certain go alone.
/// </summary>
internal static class ExecutionPlan
{
    // Far below every server's max_allowed_packet, far above what a round trip costs.
    private const int MaximumCharacters = 512 * 1024;

    public static IReadOnlyList<Execution> For(IReadOnlyList<StatementText> statements)
    {
        if (statements is [var only])
        {
            return [Alone(only)];
        }

        var executions = new List<Execution>();
        var joined = new StringBuilder();
        var count = 0;
        void Flush()
        {
            if (count > 0)
            {
                executions.Add(new TextExecution(joined.ToString(), count));
                (joined, count) = (new StringBuilder(), 0);
            }
        }

        foreach (var statement in statements)
        {
            if (statement.Joinable() is { } text)
            {
                if (joined.Length + text.Length > MaximumCharacters)
                {
                    Flush();
                }

                // On a line of its own: a comment may end the one before.
                joined.Append(count == 0 ? "" : "\n;\n").Append(text);
                count++;
                continue;
            }

            Flush();
            executions.Add(Alone(statement));
        }

        Flush();
        return executions;
    }

    private static Execution Alone(StatementText statement) =>
        statement.Values.Count == 0 ? new TextExecution(statement.Text, 1) : new PreparedExecution(statement.Text, statement.Values, null);
}
