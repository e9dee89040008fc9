using Kolumn.Providers.Mongo;
using Kolumn.Sdk;

return await ProviderServer.RunAsync(MongoProvider.Define(), args);
