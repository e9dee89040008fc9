using System.Runtime.InteropServices;
using System.Text;
using Kolumn.Servers;
using MySqlConnector.Native;

namespace Kolumn.Bench.Client;

/// <summary>The C API and nothing else, on the thread of whoever calls.</summary>
internal sealed class BareClient : IDisposable
{
    private const uint Tcp = 1;
    private const uint MultiStatements = 1 << 16;

    private readonly ConnectionHandle _handle = ConnectionHandle.Create();

    public BareClient(MariaDbUrl server)
    {
        var protocol = Tcp;
        _ = MariaDbApi.SetOption(_handle, ConnectionOption.Protocol, in protocol);
        var password = Encoding.UTF8.GetBytes(server.Password + '\0');
        if (MariaDbApi.Connect(_handle, server.Host, server.User, password, null, (uint)server.Port, null, new CULong(MultiStatements)) == 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8(MariaDbApi.ErrorMessage(_handle)));
        }
    }

    /// <summary>Runs a text to the end of its last result and counts rows.</summary>
    public unsafe int Run(byte[] text)
    {
        fixed (byte* bytes = text)
        {
            Check(MariaDbApi.Query(_handle, bytes, new CULong((nuint)text.Length)));
        }

        var rows = 0;
        do
        {
            if (MariaDbApi.FieldCount(_handle) > 0)
            {
                var result = MariaDbApi.UseResult(_handle);
                while (MariaDbApi.FetchRow(result) != null)
                {
                    rows++;
                }

                MariaDbApi.FreeResult(result);
            }
        }
        while (MariaDbApi.NextResult(_handle) == 0);
        return rows;
    }

    public void Dispose() => _handle.Dispose();

    private void Check(int failed)
    {
        if (failed != 0)
        {
            throw new InvalidOperationException(Marshal.PtrToStringUTF8(MariaDbApi.ErrorMessage(_handle)));
        }
    }
}
