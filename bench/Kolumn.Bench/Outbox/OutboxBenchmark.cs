using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Kolumn.Servers;
using Npgsql;

namespace Kolumn.Bench.Outbox;

/// <summary>
/// Events per second from an outbox in PostgreSQL to a local HTTP sink, beside what the same sink takes of the same bodies from a bare
/// HttpClient: one loop, and sixteen of them side by side, which is what a sink takes at a time by default. In turn, timed by the sink.
/// </summary>
internal static class OutboxBenchmark
{
    private const int Events = 20_000;
    private const int Keys = 1_000;
    private const int SideBySide = 16;
    private const int Rounds = 3;

    public static async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        await using var server = await PostgresServers.AcquireAsync(cancellationToken);
        if (server.Url is null)
        {
            report.Missing("outbox relay", server.Description);
            return;
        }

        var folder = Directory.CreateTempSubdirectory("kolumn-bench-").FullName;
        try
        {
            var url = $"http://127.0.0.1:{FreePort()}/";
            await using var sink = await ChildProcess.StartSelfAsync(["serve", "sink", url], cancellationToken);
            await MeasureAsync(report, server.Url, folder, url, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(Report report, string url, string folder, string sink, CancellationToken cancellationToken)
    {
        const string Database = "bench_outbox";
        await ExecuteAsync(url, null, $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)", cancellationToken);
        await ExecuteAsync(url, null, $"CREATE DATABASE {Database} TEMPLATE template0", cancellationToken);
        await WriteProjectAsync(folder, url, Database, sink, cancellationToken);
        (await MeasuredRun.KolumnAsync(folder, ["init"], false, cancellationToken)).MustSucceed("kolumn init");
        (await MeasuredRun.KolumnAsync(folder, ["apply", "--auto-approve"], false, cancellationToken)).MustSucceed("kolumn apply");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = SideBySide });
        List<double> relayed = [], one = [], many = [];
        var peaks = new Dictionary<string, long>();
        for (var round = -1; round < Rounds; round++)
        {
            await ExecuteAsync(url, Database, "TRUNCATE events", cancellationToken);
            await ExecuteAsync(
                url, Database,
                $"INSERT INTO events (aggregatetype, aggregateid, type, payload) SELECT 'order', (n % {Keys})::text, 'OrderPaid', jsonb_build_object('n', n, 'text', repeat('x', 200)) FROM generate_series(1, {Events}) AS n",
                cancellationToken);
            await ExecuteAsync(url, Database, "VACUUM ANALYZE events", cancellationToken);

            var run = (await MeasuredRun.KolumnAsync(folder, ["stream", "run", "--once"], round < 0, cancellationToken)).MustSucceed("kolumn stream run");
            var ours = await PerSecondAsync(client, sink, cancellationToken);
            await PostAsync(client, sink, 1, cancellationToken);
            var alone = await PerSecondAsync(client, sink, cancellationToken);
            await PostAsync(client, sink, SideBySide, cancellationToken);
            var together = await PerSecondAsync(client, sink, cancellationToken);
            if (round >= 0)
            {
                relayed.Add(ours);
                one.Add(alone);
                many.Add(together);
            }
            else
            {
                peaks = new Dictionary<string, long>(run.PeakBytes);
            }
        }

        await ExecuteAsync(url, null, $"DROP DATABASE {Database} WITH (FORCE)", cancellationToken);
        report.Ratio($"outbox relay, {Events} events to a local HTTP sink / a bare HttpClient loop", relayed, one, "/s", "≥ 0.5");
        report.Ratio($"outbox relay / {SideBySide} bare HttpClient loops side by side", relayed, many, "/s", "≥ 0.5");
        foreach (var (process, peak) in peaks.Where(p => p.Key.StartsWith("kolumn", StringComparison.Ordinal)).OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            report.Figure($"outbox relay, peak resident memory of {process}", $"{peak / 1024 / 1024} MiB", "≤ 150 MiB");
        }
    }

    private static Task PostAsync(HttpClient client, string sink, int loops, CancellationToken cancellationToken)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""{"id":"{{{Guid.NewGuid()}}}","aggregatetype":"order","aggregateid":"1","type":"OrderPaid","key":"1","created_at":"2026-01-01T00:00:00Z","payload":{"n":1,"text":"{{{new string('x', 200)}}}"}}""");
        return Task.WhenAll(Enumerable.Range(0, loops).Select(async _ =>
        {
            for (var n = 0; n < Events / loops; n++)
            {
                using var content = new ByteArrayContent(body);
                using var response = await client.PostAsync(sink, content, cancellationToken);
                response.EnsureSuccessStatusCode();
            }
        }));
    }

    private static async Task<double> PerSecondAsync(HttpClient client, string sink, CancellationToken cancellationToken)
    {
        var parts = (await client.GetStringAsync(sink, cancellationToken)).Split(' ');
        var (count, seconds) = (long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
        return count >= Events - SideBySide ? count / seconds : throw new InvalidOperationException($"The sink took {count} of {Events}.");
    }

    private static int FreePort()
    {
        using var probe = new Socket(SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private static Task WriteProjectAsync(string folder, string url, string database, string sink, CancellationToken cancellationToken)
    {
        var parts = PostgresUrl.ToBuilder(url);
        return File.WriteAllTextAsync(
            Path.Combine(folder, "main.kl"),
            string.Create(CultureInfo.InvariantCulture, $$"""
            provider "postgres" {
              host     = "{{parts.Host}}"
              port     = {{parts.Port}}
              database = "{{database}}"
              username = "{{parts.Username}}"
              password = "{{parts.Password}}"
            }

            create "postgres_stream_outbox" "events" {
            }

            create "postgres_stream_sink" "hook" {
              type   = "http"
              target = "{{sink}}"
            }

            create "postgres_stream_route" "all" {
              source = postgres_stream_outbox.events
              sink   = postgres_stream_sink.hook
            }

            """),
            cancellationToken);
    }

    private static async Task ExecuteAsync(string url, string? database, string sql, CancellationToken cancellationToken)
    {
        var connect = new NpgsqlConnectionStringBuilder(PostgresUrl.ToConnectionString(url)) { Pooling = false };
        connect.Database = database ?? connect.Database;
        await using var connection = new NpgsqlConnection(connect.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
