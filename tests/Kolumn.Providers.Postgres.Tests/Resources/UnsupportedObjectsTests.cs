using Kolumn.Protocol;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class UnsupportedObjectsTests(PostgresDatabases databases) : PostgresTest(databases)
{
    [Fact]
    public async Task Discover_WhatCannotBeExpressed_IsNamedSortBySort()
    {
        await Database.ExecuteAsync(
            """
            CREATE TABLE parent (id int, n int); CREATE TABLE "My child" () INHERITS (parent);
            CREATE TABLE divided (id int) PARTITION BY LIST (id); CREATE TABLE part PARTITION OF divided (CONSTRAINT own CHECK (id < 5)) FOR VALUES IN (1); CREATE INDEX own_index ON part (id);
            CREATE TYPE span AS RANGE (subtype = int); CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int);
            CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION add(int, int) RETURNS int LANGUAGE internal AS 'int4pl';
            CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq); CREATE RULE r AS ON DELETE TO parent DO INSTEAD NOTHING;
            CREATE STATISTICS st ON id, n FROM parent; CREATE COLLATION own_collation (provider = icu, locale = 'de'); CREATE EXTENSION hstore;
            """,
            Token);
        await using var scenario = await StartAsync(Database, Token);

        var found = await scenario.DiscoverAsync(Token);

        found.Diagnostics.ShouldAllBe(one => one.Severity == Severity.Warning && one.Code == "UNSUPPORTED_OBJECT");
        found.Diagnostics.Select(one => one.Summary.Replace("Left out, because it cannot be expressed: ", "")).ShouldBe(
            [
                "a collation (public.own_collation)", "an operator (public.===(integer,integer))", "a range type (public.span)", "a rule (public.parent.r)", "a table that inherits from another one (public.\"My child\")",
                "extended statistics (public.st)", "a constraint of a partition alone (public.part.own)", "an index of a partition alone (public.own_index)",
                "a function in C (public.add(integer,integer))", "an aggregate (public.total(integer))",
            ],
            ignoreOrder: true);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Fact]
    public async Task Discover_NothingOfTheKind_SaysNothing()
    {
        await Database.ExecuteAsync("CREATE TABLE t (id int); CREATE EXTENSION btree_gist", Token);
        await using var scenario = await StartAsync(Database, Token);

        (await scenario.DiscoverAsync(Token)).Diagnostics.ShouldBeEmpty();
    }
}
