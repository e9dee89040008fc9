using Kolumn.Providers.Sqlite;
using Kolumn.Sdk;
using Kolumn.WrongProviders;

// A sound provider, that of SQLite, with one defect before it: WRONG names it. Without the variable it is sound.
var defect = Environment.GetEnvironmentVariable("WRONG") is { Length: > 0 } name ? Defects.Find(name) : null;
defect?.BeforeStart?.Invoke();
if (defect?.InsteadOfServing is { } serve)
{
    await serve();
    return 0;
}

var exitCode = await ProviderServer.RunAsync(SqliteProvider.Define(), args, provider => defect is null ? provider : new WrongProvider(provider, defect));
defect?.AfterEnd?.Invoke();
return exitCode;
