using System.Reflection;
using Kolumn.Providers.Mongo.Database;
using Kolumn.Providers.Mongo.Migrations;
using Kolumn.Providers.Mongo.Resources;
using Kolumn.Providers.Mongo.Resources.Collections;
using Kolumn.Providers.Mongo.Resources.Databases;
using Kolumn.Providers.Mongo.Resources.Indexes;
using Kolumn.Providers.Mongo.Resources.Users;
using Kolumn.Providers.Mongo.Resources.Views;
using Kolumn.Providers.Mongo.Streaming;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo;

/// <summary>The provider <c>mongo</c>: databases, and collections, validators, indexes, views, users, roles and streams of one of them.</summary>
internal static class MongoProvider
{
    /// <summary>Begins the names of Kolumn's own collections.</summary>
    public const string OwnPrefix = "kolumn_";

    public static ProviderDefinition<MongoSession> Define() => new ProviderDefinition<MongoSession>
    {
        Name = "mongo",
        Version = typeof(MongoProvider).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
        Description = "Databases of MongoDB, and collections, validators, indexes, views, users, roles and streams of one of them",
        ConfigSchema = MongoOptions.Schema,
        Audit = new MongoAuditStore(),
        Migrations = new MongoMigrations(),
        Quarantine = new MongoQuarantineStore(),
        Renames = new CollectionRenames(),
        IsReserved = thing => thing.Type != MongoNames.Database && thing.Identity.StartsWith(OwnPrefix, StringComparison.Ordinal),
        Capabilities = new Dictionary<string, bool> { ["transactional_ddl"] = false },
        ConnectAsync = async (config, loggers, cancellationToken) => await MongoServer.ConnectAsync(MongoOptions.FromConfig(config), loggers, cancellationToken),
    }
        .Add(MongoNames.Database, new DatabaseHandler())
        .Add(MongoNames.Collection, new CollectionHandler())
        .Add(MongoNames.Validation, new ValidationHandler())
        .Add(MongoNames.View, new ViewHandler())
        .Add(MongoNames.Index, new IndexHandler())
        .Add("user", new UserHandler())
        .Add("role", new RoleHandler())
        .AddStreams(new MongoStreams());
}
