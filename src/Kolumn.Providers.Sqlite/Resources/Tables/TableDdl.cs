using Kolumn.Providers.Sqlite.Ddl;

namespace Kolumn.Providers.Sqlite.Resources.Tables;

/// <summary>Reads the text that SQLite stores for a table: https://www.sqlite.org/lang_createtable.html.</summary>
internal sealed class TableDdl
{
    private static readonly string[] ColumnConstraintStarts =
        ["CONSTRAINT", "PRIMARY", "NOT", "NULL", "UNIQUE", "CHECK", "DEFAULT", "COLLATE", "REFERENCES", "AS", "DEFERRABLE"];

    private readonly DdlCursor _sql;
    private readonly List<ColumnDefinition> _columns = [];
    private readonly List<UniqueConstraint> _uniques = [];
    private readonly List<CheckConstraint> _checks = [];
    private readonly List<ForeignKey> _foreignKeys = [];
    private PrimaryKey? _primaryKey;
    private bool _keyIsOfTable;
    private string? _constraintName;

    private TableDdl(string sql) => _sql = new DdlCursor(sql);

    /// <exception cref="DdlException">The text is no CREATE TABLE with columns.</exception>
    public static TableDefinition Read(string sql) => new TableDdl(sql).Table();

    private TableDefinition Table()
    {
        _sql.Expect("CREATE");
        _ = _sql.TryTake("TEMP") || _sql.TryTake("TEMPORARY");
        _sql.Expect("TABLE");
        _sql.TryTake("IF", "NOT", "EXISTS");
        var name = _sql.TakeQualifiedName();
        _sql.ExpectSymbol("(");
        do
        {
            // A comma between two table constraints may be missing.
            while (!_sql.IsAtSymbol(",") && !_sql.IsAtSymbol(")"))
            {
                TableItem();
            }
        }
        while (_sql.TryTakeSymbol(","));
        _sql.ExpectSymbol(")");

        var (withoutRowid, strict) = Options();
        return Complete(new TableDefinition { Name = name, Columns = _columns, WithoutRowid = withoutRowid, Strict = strict });
    }

    private (bool WithoutRowid, bool Strict) Options()
    {
        var (withoutRowid, strict) = (false, false);
        while (!_sql.AtEnd && !_sql.TryTakeSymbol(";"))
        {
            if (_sql.TryTake("WITHOUT", "ROWID"))
            {
                withoutRowid = true;
            }
            else
            {
                _sql.Expect("STRICT");
                strict = true;
            }

            _sql.TryTakeSymbol(",");
        }

        return (withoutRowid, strict);
    }

    /// <summary>What follows from the whole: which key is never NULL, which DESC has no meaning, which constraints are written twice.</summary>
    private TableDefinition Complete(TableDefinition table)
    {
        // PRIMARY KEY (x DESC) at the end makes an INTEGER column the rowid all the same; only x INTEGER PRIMARY KEY DESC does not.
        var key = _primaryKey is { Columns: [{ Descending: true } only] } single && _keyIsOfTable && !table.WithoutRowid && table.Column(only.Name)?.Type == "INTEGER"
            ? single with { Columns = [only with { Descending = false }] }
            : _primaryKey;
        table = table with
        {
            PrimaryKey = key,
            UniqueConstraints = [.. _uniques],
            Checks = [.. _checks],
            ForeignKeys = [.. _foreignKeys],
        };
        return !table.KeyIsNeverNull
            ? table
            : table with
            {
                Columns = [.. table.Columns.Select(column => key?.Columns.Any(k => SqliteName.AreEqual(k.Name, column.Name)) == true ? column with { Nullable = false } : column)],
            };
    }

    private void TableItem()
    {
        if (_sql.TryTake("CONSTRAINT"))
        {
            _constraintName = _sql.TakeName();
        }
        else if (_sql.TryTake("PRIMARY", "KEY"))
        {
            var list = _sql.TakeParenthesised();
            var autoincrement = list.Count > 0 && list[^1].IsWord("AUTOINCREMENT");
            _keyIsOfTable = true;
            _primaryKey = new PrimaryKey(TakeConstraintName(), ConstraintClauses.KeyColumns(autoincrement ? [.. list.SkipLast(1)] : list)) { Autoincrement = autoincrement, OnConflict = ConstraintClauses.OnConflict(_sql) };
        }
        else if (_sql.TryTake("UNIQUE"))
        {
            _uniques.Add(new UniqueConstraint(TakeConstraintName(), ConstraintClauses.KeyColumns(_sql.TakeParenthesised())) { OnConflict = ConstraintClauses.OnConflict(_sql) });
        }
        else if (_sql.TryTake("CHECK"))
        {
            Check();
        }
        else if (_sql.TryTake("FOREIGN", "KEY"))
        {
            var columns = ConstraintClauses.KeyColumns(_sql.TakeParenthesised()).Select(column => column.Name).ToList();
            _sql.Expect("REFERENCES");
            _foreignKeys.Add(ConstraintClauses.Reference(_sql, TakeConstraintName(), columns));
        }
        else
        {
            _columns.Add(Column());
        }
    }

    private ColumnDefinition Column()
    {
        var name = _sql.TakeName();
        var column = new ColumnDefinition { Name = name, Type = Type() };
        while (!_sql.IsAtSymbol(",") && !_sql.IsAtSymbol(")"))
        {
            column = ColumnConstraint(column);
        }

        _constraintName = null;
        return column;
    }

    private string? Type()
    {
        var tokens = new List<Token>();
        while (_sql.Peek() is { } token && (token.IsName || token.Kind == TokenKind.String) && !EndsType(token))
        {
            tokens.Add(_sql.Take());
        }

        var words = string.Join(' ', tokens.Select(token => token.Name)).ToUpperInvariant();
        if (tokens.Count == 0 || !_sql.IsAtSymbol("("))
        {
            return words.Length == 0 ? null : words;
        }

        var arguments = DdlCursor.SplitAtCommas(_sql.TakeParenthesised()).Select(argument => string.Concat(argument.Select(token => token.Text)));
        return $"{words}({string.Join(',', arguments)})".ToUpperInvariant();
    }

    private bool EndsType(Token token) =>
        Array.Exists(ColumnConstraintStarts, token.IsWord) || (token.IsWord("GENERATED") && _sql.Peek(1)?.IsWord("ALWAYS") == true);

    private ColumnDefinition ColumnConstraint(ColumnDefinition column)
    {
        if (_sql.TryTake("CONSTRAINT"))
        {
            _constraintName = _sql.TakeName();
            return column;
        }

        if (_sql.TryTake("PRIMARY", "KEY"))
        {
            var descending = _sql.TryTake("DESC");
            _ = descending || _sql.TryTake("ASC");
            var onConflict = ConstraintClauses.OnConflict(_sql);
            _primaryKey = new PrimaryKey(TakeConstraintName(), [new KeyColumn(column.Name, descending)]) { Autoincrement = _sql.TryTake("AUTOINCREMENT"), OnConflict = onConflict };
            return column;
        }

        if (_sql.TryTake("NOT", "NULL"))
        {
            TakeConstraintName();
            return column with { Nullable = false, NullConflict = ConstraintClauses.OnConflict(_sql) };
        }

        if (_sql.TryTake("NULL"))
        {
            TakeConstraintName();
            ConstraintClauses.OnConflict(_sql);
            return column;
        }

        if (_sql.TryTake("UNIQUE"))
        {
            _uniques.Add(new UniqueConstraint(TakeConstraintName(), [new KeyColumn(column.Name)]) { OnConflict = ConstraintClauses.OnConflict(_sql) });
            return column;
        }

        if (_sql.TryTake("CHECK"))
        {
            Check();
            return column;
        }

        if (_sql.TryTake("DEFAULT"))
        {
            TakeConstraintName();
            return column with { Default = ConstraintClauses.Default(_sql) };
        }

        if (_sql.TryTake("COLLATE"))
        {
            TakeConstraintName();
            return column with { Collation = ConstraintClauses.CollationName(_sql.TakeName()) };
        }

        if (_sql.TryTake("REFERENCES"))
        {
            _foreignKeys.Add(ConstraintClauses.Reference(_sql, TakeConstraintName(), [column.Name]));
            return column;
        }

        if (_sql.TryTake("GENERATED", "ALWAYS", "AS") || _sql.TryTake("AS"))
        {
            TakeConstraintName();
            var expression = CanonicalSql.Expression(_sql.TakeParenthesised());
            var stored = _sql.TryTake("STORED");
            _ = stored || _sql.TryTake("VIRTUAL");
            return column with { Generated = expression, Stored = stored };
        }

        // SQLite lets DEFERRABLE stand apart from the REFERENCES it belongs to.
        if (_foreignKeys.Count > 0 && ConstraintClauses.Deferral(_sql) is { } deferred)
        {
            _foreignKeys[^1] = _foreignKeys[^1] with { InitiallyDeferred = deferred };
            return column;
        }

        throw _sql.Unexpected("a column constraint, ',' or ')'");
    }

    private void Check()
    {
        _checks.Add(new CheckConstraint(TakeConstraintName(), CanonicalSql.Expression(_sql.TakeParenthesised())));
        ConstraintClauses.OnConflict(_sql);
    }

    private string? TakeConstraintName()
    {
        var name = _constraintName;
        _constraintName = null;
        return name;
    }
}
