using Kolumn.Testing;

[assembly: AssemblyFixture(typeof(MariaDbDatabases))]
