using Kolumn.Bench;
using Kolumn.Bench.Calls;
using Kolumn.Bench.Client;
using Kolumn.Bench.Launch;
using Kolumn.Bench.MariaDb;
using Kolumn.Bench.Mongo;
using Kolumn.Bench.Outbox;
using Kolumn.Bench.Postgres;
using Kolumn.Bench.Resources;

// Parts that a benchmark starts as processes of their own.
if (args is ["serve", var role, var socket])
{
    return role switch
    {
        "grpc" => await EchoServers.ServeGrpcAsync(socket),
        "http" => await EchoServers.ServeHttpAsync(socket),
        "sink" => await CountingSink.ServeAsync(socket),
        _ => 1,
    };
}

(string Name, string What, Func<Report, CancellationToken, Task> RunAsync)[] benchmarks =
[
    ("launch", "provider process: start to first reply", LaunchBenchmark.RunAsync),
    ("authors", "the samples in each language: start to first reply", AuthorsBenchmark.RunAsync),
    ("call", "1 KB unary call beside a bare HTTP/2 POST", CallBenchmark.RunAsync),
    ("resources", "what ten times the resources cost", ResourcesBenchmark.RunAsync),
    ("postgres", "1,000 tables beside psql", PostgresBenchmark.RunAsync),
    ("growth", "10,000 tables beside 1,000 on PostgreSQL", GrowthBenchmark.RunAsync),
    ("mariadb", "1,000 tables beside the mariadb client", MariaDbBenchmark.RunAsync),
    ("client", "1,000 statements through the MariaDB client beside the bare C API", ClientBenchmark.RunAsync),
    ("mongo", "1,000 collections beside the bare commands", MongoBenchmark.RunAsync),
    ("outbox", "events to a local HTTP sink beside a bare HttpClient", OutboxBenchmark.RunAsync),
];

var chosen = args.Length == 0 ? benchmarks : [.. benchmarks.Where(b => args.Contains(b.Name))];
if (chosen.Length < args.Length)
{
    Console.Error.WriteLine($"bench: choose from {string.Join(", ", benchmarks.Select(b => b.Name))}.");
    return 1;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    interrupted.Cancel();
};

var report = new Report();
foreach (var (name, what, runAsync) in chosen)
{
    Console.WriteLine($"{name}: {what}");
    await runAsync(report, interrupted.Token);
}

report.Print();
return 0;
