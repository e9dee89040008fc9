using System.Runtime.InteropServices;

namespace MySqlConnector.Native;

/// <summary>
/// A <c>MYSQL</c> and whatever hangs from it: the result that is being read and the prepared statements. It owns them all,
/// because the library wants them freed in this order and on one thread, a finaliser's included.
/// </summary>
internal sealed class ConnectionHandle : SafeHandle
{
    private readonly List<StatementHandle> _statements = [];
    private nint _result;

    public ConnectionHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The result that is being read; 0 when there is none.</summary>
    public nint Result => _result;

    public static ConnectionHandle Create()
    {
        MariaDbLibrary.Require();
        var created = new ConnectionHandle();
        created.SetHandle(MariaDbApi.Initialize(0));
        return created.IsInvalid ? throw new InsufficientMemoryException() : created;
    }

    public void TakeResult(nint result) => _result = result;

    /// <summary>Frees the result, reading to its end what the server still sends of it.</summary>
    public void FreeResult()
    {
        if (_result != 0)
        {
            MariaDbApi.FreeResult(_result);
            _result = 0;
        }
    }

    /// <exception cref="InsufficientMemoryException">There is no memory for another statement.</exception>
    public StatementHandle AddStatement()
    {
        var statement = new StatementHandle(MariaDbApi.InitializeStatement(this));
        if (statement.Value == 0)
        {
            throw new InsufficientMemoryException();
        }

        _statements.Add(statement);
        return statement;
    }

    public void CloseStatement(StatementHandle statement)
    {
        statement.Close();
        _statements.Remove(statement);
    }

    public void CloseStatements()
    {
        _statements.ForEach(statement => statement.Close());
        _statements.Clear();
    }

    protected override bool ReleaseHandle()
    {
        if (_result != 0)
        {
            // Somebody went away in the middle: nobody wants to wait for the rest.
            _ = MariaDbApi.AbortRaw(handle);
            FreeResult();
        }

        MariaDbApi.Close(handle);

        // Detached by now: only their memory is left.
        CloseStatements();
        return true;
    }
}
