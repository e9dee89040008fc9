using System.Globalization;
using System.Security.Cryptography;
using Kolumn.Protocol;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.MySql.Database;

/// <summary>
/// Databases where things are tried out, one for each real one and with its character set, gone when this is disposed. They begin with the name of a lock that
/// is held meanwhile: what a killed process has left has a lock that nobody holds, and whoever comes next drops it.
/// </summary>
internal sealed class ScratchDatabases : IAsyncDisposable
{
    private const string Prefix = MySqlProvider.OwnSchema + "_scratch_";

    private const int TokenBytes = 4;

    /// <summary>The prefix and the digits that follow it are the lock's name.</summary>
    private static readonly int LockLength = Prefix.Length + (2 * TokenBytes);

    private static readonly TimeSpan CleanupLimit = TimeSpan.FromSeconds(30);

    private readonly MySqlSession _session;
    private readonly string _lock;

    private ScratchDatabases(MySqlSession session, string name, IReadOnlyDictionary<string, string> names) => (_session, _lock, Names) = (session, name, names);

    /// <summary>Scratch names by real name.</summary>
    public IReadOnlyDictionary<string, string> Names { get; }

    /// <exception cref="ProviderException">The server refuses or was lost.</exception>
    public static async Task<ScratchDatabases> OpenAsync(MySqlSession session, IEnumerable<string> realNames, CancellationToken cancellationToken)
    {
        var token = Prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));
        var names = realNames.Distinct(StringComparer.Ordinal).Index().ToDictionary(one => one.Item, one => string.Create(CultureInfo.InvariantCulture, $"{token}_{one.Index}"), StringComparer.Ordinal);
        var databases = new ScratchDatabases(session, token, names);
        try
        {
            await databases.CreateAsync(cancellationToken);
            return databases;
        }
        catch
        {
            await databases.DisposeAsync();
            throw;
        }
    }

    /// <remarks>Whoever has cancelled does not want the databases to stay.</remarks>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(CleanupLimit);
        try
        {
            await _session.ExecuteAsync([.. Names.Values.Select(name => new Statement($"DROP DATABASE IF EXISTS {MySqlName.Quote(name)}"))], limit.Token);
            await _session.ReadAsync([new CatalogQuery(new Statement("SELECT RELEASE_LOCK($1)") { Parameters = [_lock] }, _ => { })], limit.Token);
        }
        catch (Exception lost) when (lost is ProviderException or OperationCanceledException)
        {
            // The lock goes with the connection, and the next one drops what has none.
        }
    }

    private async Task CreateAsync(CancellationToken cancellationToken)
    {
        var (left, options) = (new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        await _session.ReadAsync(
            [
                new CatalogQuery(new Statement("SELECT GET_LOCK($1, 0)") { Parameters = [_lock] }, _ => { }),
                new CatalogQuery(
                    new Statement($"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, {Prefix.Length}) = {MySqlText.Quote(Prefix)} AND IS_FREE_LOCK(LEFT(SCHEMA_NAME, {LockLength})) = 1"),
                    row => left.Add(row.GetString(0))),
                new CatalogQuery(
                    new Statement($"SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ({string.Join(", ", Names.Keys.Select(MySqlText.Quote))})"),
                    row => options[row.GetString(0)] = $" CHARACTER SET {row.GetString(1)} COLLATE {row.GetString(2)}"),
            ],
            cancellationToken);
        try
        {
            await _session.ExecuteAsync(
                [
                    .. left.Select(name => new Statement($"DROP DATABASE IF EXISTS {MySqlName.Quote(name)}")),
                    .. Names.Select(pair => new Statement($"CREATE DATABASE {MySqlName.Quote(pair.Value)}{options.GetValueOrDefault(pair.Key)}")),
                ],
                cancellationToken);
        }
        catch (StatementFailedException refused) when (refused.Diagnostic.Code == DiagnosticCodes.Permission)
        {
            throw new ProviderException(
                refused.Diagnostic with
                {
                    Detail = $"To compare what you wrote with what exists, the server is asked how it spells it, in a database of its own that is dropped at once. GRANT ALL ON `{Prefix.Replace("_", "\\_", StringComparison.Ordinal)}%`.* to the user.",
                },
                refused);
        }
    }
}
