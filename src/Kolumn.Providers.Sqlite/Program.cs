using Kolumn.Providers.Sqlite;
using Kolumn.Sdk;

return await ProviderServer.RunAsync(SqliteProvider.Define(), args);
