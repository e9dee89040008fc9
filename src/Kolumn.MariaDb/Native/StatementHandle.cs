namespace MySqlConnector.Native;

/// <summary>A <c>MYSQL_STMT</c>. Its <see cref="ConnectionHandle"/> owns it and closes it at the latest with itself.</summary>
internal sealed class StatementHandle(nint value)
{
    /// <summary>0 once closed.</summary>
    public nint Value { get; private set; } = value;

    public void Close()
    {
        if (Value != 0)
        {
            _ = MariaDbApi.CloseStatement(Value);
            Value = 0;
        }
    }
}
