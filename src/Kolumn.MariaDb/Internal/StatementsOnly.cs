using System.Data;

namespace MySqlConnector.Internal;

/// <summary>Commands are statements: a procedure is called by CALL.</summary>
internal static class StatementsOnly
{
    /// <exception cref="NotSupportedException">Another type than text.</exception>
    public static void Check(CommandType type)
    {
        if (type != CommandType.Text)
        {
            throw new NotSupportedException($"CommandType.{type} is not supported: write the statement as text, CALL for a procedure.");
        }
    }
}
