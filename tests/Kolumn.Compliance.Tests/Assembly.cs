using Kolumn.Testing;

[assembly: AssemblyFixture(typeof(PostgresDatabases))]
[assembly: AssemblyFixture(typeof(MariaDbDatabases))]
