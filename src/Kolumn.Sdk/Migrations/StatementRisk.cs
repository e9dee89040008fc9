using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Sql;

namespace Kolumn.Sdk.Migrations;

/// <summary>
/// What a statement that somebody wrote may do to a live system, as far as its words tell. Errs on the side of danger: what it
/// cannot tell the table of is still a loss.
/// </summary>
internal sealed class StatementRisk
{
    private static readonly string[] TransactionWords = ["BEGIN", "COMMIT", "ROLLBACK", "END", "START", "SAVEPOINT", "RELEASE", "ABORT", "ATTACH", "DETACH"];

    // DROP of these takes rows along that nobody can name here.
    private static readonly string[] Containers = ["SCHEMA", "DATABASE", "OWNED", "TABLESPACE", "EXTENSION"];

    private readonly string _text;
    private readonly List<SqlToken> _tokens;
    private readonly SqlDialect _dialect;
    private readonly List<RowLoss> _losses = [];
    private readonly List<Hazard> _hazards = [];
    private readonly List<string> _tables = [];

    private StatementRisk(string text, SqlDialect dialect)
    {
        (_text, _dialect) = (text, dialect);
        _tokens = [.. SqlScanner.Scan(text, dialect).Where(t => t.Kind != SqlTokenKind.Comment)];
    }

    public IReadOnlyList<RowLoss> Losses => _losses;

    public IReadOnlyList<Hazard> Hazards => _hazards;

    /// <summary>The tables whose rows or shape it changes, as far as it names them.</summary>
    public IReadOnlyList<string> Tables => _tables;

    /// <summary>Whether it is one that inserts, updates or deletes rows.</summary>
    public bool ChangesRows => Is(0, "INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH");

    public string Level { get; private set; } = "low";

    /// <summary>Whether the statement begins or ends a transaction, or leaves the database: none of that is a step's business.</summary>
    public bool LeavesTransaction => Is(0, TransactionWords) || (Is(0, "PREPARE") && Is(1, "TRANSACTION")) || (_dialect.JoinsInChanges && Is(0, "USE", "LOCK", "UNLOCK", "XA"));

    public static StatementRisk Of(string statement, SqlDialect dialect)
    {
        var risk = new StatementRisk(statement, dialect);
        risk.Look();
        return risk;
    }

    private void Look()
    {
        if (_dialect.JoinsInChanges && Is(0, "CREATE") && Is(1, "OR") && Is(3, "TABLE"))
        {
            Lose(Names(4), RowLossKind.Table, "table {0} is dropped with its rows where it exists");
        }
        else if (Is(0, "CREATE", "GRANT", "REVOKE", "COMMENT", "EXPLAIN"))
        {
            return;
        }
        else if (Is(0, "DROP"))
        {
            LookAtDrop();
        }
        else if (Is(0, "TRUNCATE"))
        {
            var at = Skip(1, "TABLE");
            Lose(HasWord("CASCADE") ? [null] : Names(at), RowLossKind.Table, "rows of {0} are deleted");
        }
        else if (Is(0, "ALTER") && Is(1, "TABLE"))
        {
            LookAtAlter();
        }
        else
        {
            LookAtRows();
        }
    }

    private void LookAtDrop()
    {
        Level = "medium";
        if (Is(1, "TABLE"))
        {
            Lose(Names(Skip(2, "IF", "EXISTS")), RowLossKind.Table, "table {0} is dropped with its rows");
        }
        else if (Is(1, Containers) || (HasWord("CASCADE") && Is(1, "TYPE", "DOMAIN", "SEQUENCE")))
        {
            Lose([null], RowLossKind.Table, "what belongs to it is dropped with its rows");
        }
    }

    private void LookAtAlter()
    {
        Level = "medium";
        var at = Skip(2, "IF", "EXISTS", "ONLY");
        var table = Name(ref at);
        Touch(table);
        var depth = 0;
        for (var first = true; at < _tokens.Count; at++, first = false)
        {
            depth += _tokens[at].Is(_text, '(') ? 1 : _tokens[at].Is(_text, ')') ? -1 : 0;
            var begins = first || (depth == 0 && _tokens[at - 1].Is(_text, ','));
            if (begins && _dialect.JoinsInChanges && Is(at, "DROP") && Is(at + 1, "PARTITION"))
            {
                Lose([table], RowLossKind.Table, "rows of {0} are dropped with a partition");
            }
            else if (begins && Is(at, "DROP") && !Is(at + 1, "CONSTRAINT") && !(_dialect.JoinsInChanges && Is(at + 1, "INDEX", "KEY", "PRIMARY", "FOREIGN", "CHECK")))
            {
                var column = Skip(at + 1, "COLUMN", "IF", "EXISTS");
                Lose([table], RowLossKind.Columns, "a column of {0} is dropped with its values", Column(column));
            }
            else if (begins && _dialect.JoinsInChanges && Is(at, "MODIFY", "CHANGE"))
            {
                Hazard(HazardNames.TableRewrite, $"every row of {table} may be written again", "high");
                Lose([table], RowLossKind.Columns, "values of {0} may lose precision or not fit", Column(Skip(at + 1, "COLUMN")));
            }
            else if (begins && _dialect.JoinsInChanges && Is(at, "TRUNCATE") && Is(at + 1, "PARTITION"))
            {
                Lose([table], RowLossKind.Table, "rows of {0} are deleted");
            }
            else if (begins && Is(at, "ALTER"))
            {
                var column = Skip(at + 1, "COLUMN");
                var type = Skip(column + 1, "SET", "DATA");
                if (Is(type, "TYPE"))
                {
                    Hazard(HazardNames.TableRewrite, $"every row of {table} may be written again", "high");
                    Lose([table], RowLossKind.Columns, "values of {0} may lose precision or not fit", Column(column));
                }
            }
        }
    }

    private void LookAtRows()
    {
        for (var at = 0; at < _tokens.Count; at++)
        {
            if (Is(at, "DELETE") && Is(at + 1, "FROM"))
            {
                var name = Skip(at + 2, "ONLY");
                Lose([Name(ref name)], RowLossKind.Rows, "rows of {0} are deleted");
            }
            else if (at == 0 && _dialect.JoinsInChanges && Is(at, "DELETE"))
            {
                // Several tables, some of them by their aliases.
                Lose([null], RowLossKind.Rows, "rows of {0} are deleted");
            }
            else if (Is(at, "UPDATE", "INSERT", "REPLACE", "MERGE", "DO", "CALL", "EXECUTE"))
            {
                // FOR UPDATE locks rows, ON UPDATE and DO UPDATE belong to something else.
                if (Is(at, "UPDATE", "INSERT") && !(at > 0 && Is(at - 1, "FOR", "ON", "DO", "KEY")))
                {
                    var name = Is(at, "INSERT") ? Skip(at + 1, "INTO") : Skip(at + 1, "ONLY");
                    Touch(Name(ref name));
                }

                Level = Level != "low" || Is(at, "INSERT") ? Level : "medium";
            }
        }
    }

    private void Lose(IReadOnlyList<string?> tables, RowLossKind kind, string detail, string? column = null)
    {
        foreach (var table in tables)
        {
            Touch(table);
            _losses.Add(new RowLoss(table, kind, column is null ? [] : [column]));
            Hazard(HazardNames.DataLoss, string.Format(System.Globalization.CultureInfo.InvariantCulture, detail, table ?? "unnamed tables"), "critical");
        }
    }

    private void Touch(string? table)
    {
        if (table is not null && !_tables.Contains(table))
        {
            _tables.Add(table);
        }
    }

    private void Hazard(string name, string detail, string level)
    {
        _hazards.Add(new Hazard(name, detail));
        Level = Level == "critical" ? Level : level;
    }

    /// <summary>The names of a list, the last one ending where no comma follows.</summary>
    private List<string?> Names(int at)
    {
        var names = new List<string?>();
        do
        {
            at = Skip(at, "ONLY");
            names.Add(Name(ref at));
        }
        while (at < _tokens.Count && _tokens[at++].Is(_text, ','));
        return names;
    }

    /// <summary>A name with its qualifications as the statement spells it, null when there is none; moves behind it.</summary>
    private string? Name(ref int at)
    {
        var start = at;
        while (at < _tokens.Count && _tokens[at].Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName)
        {
            at++;
            if (at + 1 < _tokens.Count && _tokens[at].Is(_text, '.'))
            {
                at++;
                continue;
            }

            return _text[_tokens[start].Start.._tokens[at - 1].End];
        }

        return null;
    }

    private string? Column(int at) => at < _tokens.Count ? SqlIdentifier.Unquote(_tokens[at].In(_text).ToString(), _dialect) : null;

    private int Skip(int at, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            at += Is(at, word) ? 1 : 0;
        }

        return at;
    }

    private bool HasWord(string word) => Enumerable.Range(0, _tokens.Count).Any(at => Is(at, word));

    private bool Is(int at, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (at < _tokens.Count && _tokens[at].Kind == SqlTokenKind.Word && _tokens[at].In(_text).Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
