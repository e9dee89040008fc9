using Kolumn.Providers.Postgres;
using Kolumn.Sdk;

return await ProviderServer.RunAsync(PostgresProvider.Define(), args);
