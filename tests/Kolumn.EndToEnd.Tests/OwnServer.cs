using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests;

/// <summary>Tests of what belongs to the whole server: one after the other, on a server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class OwnServer : ICollectionFixture<OwnPostgresServer>
{
    public const string Name = "own server";
}
