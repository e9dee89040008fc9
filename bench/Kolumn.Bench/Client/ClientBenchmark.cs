using System.Diagnostics;
using System.Text;
using Kolumn.Servers;
using MySqlConnector;

namespace Kolumn.Bench.Client;

/// <summary>
/// 1,000 simple statements through the MariaDB client beside the bare C API in the same process: awaited one by one, and in one
/// batch. In turn, without TLS on either side.
/// </summary>
internal static class ClientBenchmark
{
    private const int Statements = 1_000;
    private const int Rounds = 15;
    private const string Text = "SELECT 1";

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await MariaDbServers.AcquireAsync(cancellationToken);
        if (server.Url is null)
        {
            report.Missing($"MariaDB, {Statements} statements", server.Description);
            return;
        }

        var parts = MariaDbUrl.Parse(server.Url);
        using var bare = new BareClient(parts);
        await using var connection = new MySqlConnection(parts.ToConnectionString() + ";SslMode=None");
        await connection.OpenAsync(cancellationToken);
        await MeasureAsync(report, connection, bare, cancellationToken);
    }

    private static async Task MeasureAsync(Report report, MySqlConnection connection, BareClient bare, CancellationToken cancellationToken)
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var joined = Encoding.UTF8.GetBytes(string.Join(";", Enumerable.Repeat(Text, Statements)));
        List<double> single = [], bareSingle = [], batch = [], bareBatch = [];
        for (var round = -1; round < Rounds; round++)
        {
            var b = Time(() =>
            {
                for (var i = 0; i < Statements; i++)
                {
                    Expect(bare.Run(text), 1);
                }
            });
            var a = await TimeAsync(() => OneByOneAsync(connection, cancellationToken));
            var d = Time(() => Expect(bare.Run(joined), Statements));
            var c = await TimeAsync(() => BatchAsync(connection, cancellationToken));
            if (round >= 0)
            {
                single.Add(a);
                bareSingle.Add(b);
                batch.Add(c);
                bareBatch.Add(d);
            }
        }

        report.Ratio($"MariaDB client, {Statements} statements awaited one by one / the bare C API", single, bareSingle, "ms", "≤ 1.3");
        report.Ratio($"MariaDB client, a batch of {Statements} statements / the bare C API with one text", batch, bareBatch, "ms", "≤ 1.3");
    }

    private static async Task OneByOneAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(Text, connection);
        for (var i = 0; i < Statements; i++)
        {
            Expect((int)(await command.ExecuteScalarAsync(cancellationToken))!, 1);
        }
    }

    private static async Task BatchAsync(MySqlConnection connection, CancellationToken cancellationToken)
    {
        await using var batch = new MySqlBatch(connection);
        for (var i = 0; i < Statements; i++)
        {
            batch.BatchCommands.Add(new MySqlBatchCommand(Text));
        }

        var rows = 0;
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        do
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                rows += reader.GetInt32(0);
            }
        }
        while (await reader.NextResultAsync(cancellationToken));
        Expect(rows, Statements);
    }

    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static void Expect(int actual, int expected)
    {
        if (actual != expected)
        {
            throw new InvalidOperationException($"{actual} instead of {expected}");
        }
    }
}
