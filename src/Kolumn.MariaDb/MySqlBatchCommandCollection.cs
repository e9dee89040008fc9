using System.Data.Common;

namespace MySqlConnector;

/// <summary>The statements of a batch, in order.</summary>
public sealed class MySqlBatchCommandCollection : DbBatchCommandCollection
{
    private readonly List<MySqlBatchCommand> _commands = [];

    internal MySqlBatchCommandCollection()
    {
    }

    public override int Count => _commands.Count;

    public override bool IsReadOnly => false;

    internal IReadOnlyList<MySqlBatchCommand> Commands => _commands;

    public new MySqlBatchCommand this[int index] { get => _commands[index]; set => _commands[index] = value; }

    public override void Add(DbBatchCommand item) => _commands.Add((MySqlBatchCommand)item);

    public override void Clear() => _commands.Clear();

    public override bool Contains(DbBatchCommand item) => IndexOf(item) >= 0;

    public override void CopyTo(DbBatchCommand[] array, int arrayIndex)
    {
        foreach (var command in _commands)
        {
            array[arrayIndex++] = command;
        }
    }

    public override IEnumerator<DbBatchCommand> GetEnumerator() => _commands.GetEnumerator();

    public override int IndexOf(DbBatchCommand item) => item is MySqlBatchCommand command ? _commands.IndexOf(command) : -1;

    public override void Insert(int index, DbBatchCommand item) => _commands.Insert(index, (MySqlBatchCommand)item);

    public override bool Remove(DbBatchCommand item) => item is MySqlBatchCommand command && _commands.Remove(command);

    public override void RemoveAt(int index) => _commands.RemoveAt(index);

    protected override DbBatchCommand GetBatchCommand(int index) => _commands[index];

    protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _commands[index] = (MySqlBatchCommand)batchCommand;
}
