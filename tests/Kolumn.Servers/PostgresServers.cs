using Npgsql;

namespace Kolumn.Servers;

/// <summary>Finds a PostgreSQL server for tests.</summary>
public static class PostgresServers
{
    public const string EnvironmentVariable = "KOLUMN_TEST_POSTGRES";

    private static readonly ServerSources Sources = new()
    {
        Name = "PostgreSQL",
        EnvironmentVariable = EnvironmentVariable,
        Programs = "initdb and postgres in /usr/lib/postgresql/*/bin or on PATH",
        FindBinaries = PostgresCluster.FindBinaries,
        Packages = ["postgresql"],
        Start = async (binaries, cancellationToken) =>
        {
            var cluster = await PostgresCluster.StartAsync(binaries, cancellationToken);
            return (cluster.Url, cluster);
        },
        Container = new ServerContainer
        {
            Image = "postgres:15",
            Port = 5432,
            Environment = password => ["POSTGRES_USER=kolumn", $"POSTGRES_PASSWORD={password}"],
            Url = (password, address) => $"postgres://kolumn:{password}@{address}/postgres",
            AnswersAsync = AnswersAsync,
        },
    };

    public static Task<DatabaseServer> AcquireAsync(CancellationToken cancellationToken) => Sources.AcquireAsync(cancellationToken);

    /// <summary>One that nobody else uses.</summary>
    public static Task<DatabaseServer> AcquireOwnAsync(CancellationToken cancellationToken) => Sources.AcquireOwnAsync(cancellationToken);

    private static async Task<bool> AnswersAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(PostgresUrl.ToConnectionString(url));
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
