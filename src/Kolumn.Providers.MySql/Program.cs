using Kolumn.Providers.MySql;
using Kolumn.Sdk;

return await ProviderServer.RunAsync(MySqlProvider.Define(), args);
