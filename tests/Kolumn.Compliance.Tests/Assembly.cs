using Kolumn.Testing;

[assembly: AssemblyFixture(typeof(PostgresDatabases))]
