namespace Kolumn.Bench.Tables;

/// <summary>Where a database server answers, and to whom.</summary>
internal sealed record BenchServer(string Host, int Port, string User, string Password);
