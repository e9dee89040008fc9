using Kolumn.Testing;

[assembly: AssemblyFixture(typeof(MongoDatabases))]
