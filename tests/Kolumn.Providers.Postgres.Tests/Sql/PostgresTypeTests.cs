using Kolumn.Providers.Postgres.Sql;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Sql;

public sealed class PostgresTypeTests(PostgresDatabases databases) : PostgresTest(databases)
{
    public static TheoryData<string> Types { get; } =
    [
        "int", "INT4", "int8", "int2", "float", "float(10)", "float(30)", "float4", "float8", "double  precision", "bool", "decimal", "numeric(5)", "numeric(5, 2)", "dec(5,2)",
        "varchar", "varchar(5)", "char", "char(5)", "character varying(5)", "char varying (5)", "text", "bit", "bit(5)", "varbit", "bit varying(5)", "date",
        "time", "time(3)", "time with time zone", "timetz", "timetz(2)", "timestamp", "timestamp(0)", "timestamp without time zone", "TIMESTAMP (3) WITH TIME ZONE", "timestamptz",
        "interval", "interval(3)", "json", "jsonb", "uuid", "bytea", "inet", "int[]", "text[][]", "varchar(5)[3]", "timestamptz(3)[]", "integer ARRAY", "integer array[4]", "numeric(4)[]",
    ];

    [Fact]
    public async Task Canonical_EveryAlias_IsWhatTheServerSays()
    {
        foreach (var row in Types)
        {
            var type = row.Data;
            var spelled = await Database.QueryAsync(
                $"CREATE TEMP TABLE t (c {type}); SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attname = 'c'", Token);

            PostgresType.Canonical(type).ShouldBe(spelled.ShouldHaveSingleItem(), type);
            PostgresType.Canonical(spelled[0]!).ShouldBe(spelled[0]);
        }
    }
}
