using Kolumn.Testing;

namespace Kolumn.Providers.MySql.Tests;

/// <summary>Tests of what belongs to the whole server: one after the other, on a server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class OwnServer : ICollectionFixture<OwnMariaDbServer>
{
    public const string Name = "own server";
}
