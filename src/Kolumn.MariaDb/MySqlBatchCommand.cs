using System.Data;
using System.Data.Common;
using MySqlConnector.Internal;

namespace MySqlConnector;

/// <summary>A statement in a batch: exactly one.</summary>
public sealed class MySqlBatchCommand : DbBatchCommand
{
    public MySqlBatchCommand()
        : this("")
    {
    }

    public MySqlBatchCommand(string? commandText) => CommandText = commandText ?? "";

    public override string CommandText { get; set; }

    /// <exception cref="NotSupportedException">Anything but text.</exception>
    public override CommandType CommandType
    {
        get => CommandType.Text;
        set => StatementsOnly.Check(value);
    }

    /// <summary>-1 before it was executed, and of a query.</summary>
    public override int RecordsAffected => Records;

    public new MySqlParameterCollection Parameters { get; } = new();

    public override bool CanCreateParameter => true;

    internal int Records { get; set; } = -1;

    protected override DbParameterCollection DbParameterCollection => Parameters;

    public override DbParameter CreateParameter() => new MySqlParameter();
}
