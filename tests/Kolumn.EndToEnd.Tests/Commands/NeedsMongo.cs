using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The tests that need MongoDB: one server for all of them, started when the first one runs.</summary>
[CollectionDefinition(Name)]
public sealed class NeedsMongo : ICollectionFixture<MongoDatabases>
{
    public const string Name = "MongoDB";
}
