using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Sqlite.Resources.Triggers;

/// <summary>Reads the text that SQLite stores for a trigger and writes it: https://www.sqlite.org/lang_createtrigger.html.</summary>
internal static class TriggerDdl
{
    private static readonly string[] StatementStarts = ["INSERT", "UPDATE", "DELETE", "SELECT", "REPLACE", "WITH", "VALUES"];

    /// <exception cref="DdlException">The text is no CREATE TRIGGER.</exception>
    public static TriggerDefinition Read(string text)
    {
        var sql = new DdlCursor(text);
        sql.Expect("CREATE");
        _ = sql.TryTake("TEMP") || sql.TryTake("TEMPORARY");
        sql.Expect("TRIGGER");
        sql.TryTake("IF", "NOT", "EXISTS");
        var name = sql.TakeQualifiedName();
        var timing = sql.TryTake("INSTEAD", "OF") ? "instead_of" : sql.TryTake("AFTER") ? "after" : "before";
        sql.TryTake("BEFORE");
        var happening = sql.TryTake("INSERT") ? "insert" : sql.TryTake("DELETE") ? "delete" : "update";
        var columns = new List<string>();
        if (happening == "update")
        {
            sql.Expect("UPDATE");
            if (sql.TryTake("OF"))
            {
                do
                {
                    columns.Add(sql.TakeName());
                }
                while (sql.TryTakeSymbol(","));
            }
        }

        sql.Expect("ON");
        var table = sql.TakeQualifiedName();
        sql.TryTake("FOR", "EACH", "ROW");
        var when = sql.TryTake("WHEN") ? CanonicalSql.Expression(sql.TakeUntil("BEGIN")) : null;
        sql.Expect("BEGIN");
        return new TriggerDefinition { Name = name, Table = table, Timing = timing, Event = happening, Columns = columns, When = when, Body = Body(sql.TakeRest()) };
    }

    /// <summary>Why the tokens cannot be a trigger's body; null when they can. What begins like a statement cannot be the END that closes the body.</summary>
    public static string? BodyFault(IReadOnlyList<Token> body)
    {
        var isStart = true;
        foreach (var token in body)
        {
            if (isStart && !token.IsSymbol(";") && !Array.Exists(StatementStarts, token.IsWord))
            {
                return $"a statement of a trigger begins with {string.Join(", ", StatementStarts)}, not with {token}";
            }

            isStart = token.IsSymbol(";");
        }

        return body.Count == 0 ? "a trigger needs a statement" : null;
    }

    public static string Create(TriggerDefinition trigger) =>
        $"CREATE TRIGGER {SqlIdentifier.Quote(trigger.Name)} {trigger.Timing.Replace('_', ' ').ToUpperInvariant()} {trigger.Event.ToUpperInvariant()}"
        + (trigger.Columns.Count > 0 ? $" OF {SqlIdentifier.QuoteAll(trigger.Columns)}" : "")
        + $" ON {SqlIdentifier.Quote(trigger.Table)} FOR EACH ROW"
        + (trigger.When is { } when ? $" WHEN ({when})" : "")
        + $"\nBEGIN\n{trigger.Body};\nEND";

    /// <summary>What stands between BEGIN and END.</summary>
    private static string Body(IReadOnlyList<Token> rest)
    {
        var end = rest.Count;
        while (end > 0 && rest[end - 1].IsSymbol(";"))
        {
            end--;
        }

        if (end == 0 || !rest[end - 1].IsWord("END"))
        {
            throw new DdlException("the trigger has no END");
        }

        end--;
        while (end > 0 && rest[end - 1].IsSymbol(";"))
        {
            end--;
        }

        return CanonicalSql.Statements([.. rest.Take(end)]);
    }
}
