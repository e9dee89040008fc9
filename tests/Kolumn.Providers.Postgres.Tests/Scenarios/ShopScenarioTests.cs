using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>A shop from nothing to nothing, through the runtime contract on a real server.</summary>
public sealed class ShopScenarioTests(PostgresDatabases databases) : PostgresTest(databases)
{
    /// <summary>Users and orders, an index and a view; every expression in a spelling that is not the server's.</summary>
    private static readonly DesiredResource[] First =
    [
        // Not in the order of creation, on purpose.
        Resource("postgres_view", "big_spenders", """{"schema":"shop","query":"select u.email, sum(o.total) as spent from shop.orders o join shop.users u on u.id = o.user_id group by u.email having sum(o.total) > 100"}"""),
        Resource("postgres_index", "orders_by_state", """{"table":"postgres_table.orders","columns":[{"name":"state"},{"expression":"lower(note)","order":"desc"}],"where":"state <> 'done'"}"""),
        Resource("postgres_table", "orders", """
            {"schema":"postgres_schema.shop","columns":[
              {"name":"id","type":"bigserial","primary_key":true},
              {"name":"user_id","type":"int","nullable":false,"references":"postgres_table.users","on_delete":"cascade"},
              {"name":"parent","type":"bigint","references":"orders.id"},
              {"name":"state","type":"varchar(10)","default":"draft","not_null":true},
              {"name":"total","type":"decimal(10,2)","default":0},
              {"name":"note","type":"text"},
              {"name":"made","type":"timestamptz","default":"CURRENT_TIMESTAMP"}],
             "checks":[{"expression":"total>=0"},{"expression":"state in ('draft', 'done')"}],
             "comment":"What people bought"}
            """),
        Resource("postgres_table", "users", """
            {"schema":"shop","columns":[
              {"name":"id","type":"int","identity":"always","primary_key":true},
              {"name":"email","type":"character varying(200)","nullable":false,"unique":true},
              {"name":"settings","type":"jsonb","default":"{}"},
              {"name":"born","type":"timestamp with time zone","default":"NOW()"}]}
            """),
        Resource("postgres_schema", "shop", """{"comment":"Everything for sale"}"""),
    ];

    /// <summary>Users lose a column and get one, a column changes its type, the index its condition, the view a column.</summary>
    private static readonly DesiredResource[] Second =
    [
        Resource("postgres_view", "big_spenders", """{"schema":"shop","query":"select u.email, sum(o.total) as spent, max(u.nick) as nick from shop.orders o join shop.users u on u.id = o.user_id group by u.email having sum(o.total) > 100"}"""),
        Resource("postgres_index", "orders_by_state", """{"table":"postgres_table.orders","columns":[{"name":"state"},{"expression":"lower(note)","order":"desc"}],"where":"state = 'draft'"}"""),
        Resource("postgres_table", "orders", """
            {"schema":"postgres_schema.shop","columns":[
              {"name":"id","type":"bigserial","primary_key":true},
              {"name":"user_id","type":"int","nullable":false,"references":"postgres_table.users","on_delete":"restrict"},
              {"name":"parent","type":"bigint","references":"orders.id"},
              {"name":"state","type":"varchar(10)","default":"draft","not_null":true},
              {"name":"total","type":"decimal(10,2)","default":0},
              {"name":"note","type":"varchar(400)"},
              {"name":"made","type":"timestamptz","default":"CURRENT_TIMESTAMP"}],
             "checks":[{"expression":"total>=0"},{"expression":"state in ('draft', 'done', 'sent')"}],
             "comment":"What people bought"}
            """),
        Resource("postgres_table", "users", """
            {"schema":"shop","columns":[
              {"name":"id","type":"int","identity":"by_default","primary_key":true},
              {"name":"email","type":"character varying(200)","nullable":false,"unique":true},
              {"name":"nick","type":"text","default":"nobody","nullable":false},
              {"name":"born","type":"timestamp with time zone","default":"NOW()"}]}
            """),
        Resource("postgres_schema", "shop", """{"comment":"Everything for sale"}"""),
    ];

    [Fact]
    public async Task Shop_FromNothingToNothing_CatalogIsWhatTheConfigurationSays()
    {
        await using var shop = await StartAsync(Database, Token);

        // 1. Everything is created in the order of its dependencies, and then there is nothing to do.
        var plan = await shop.ApplyAsync(First, Token);
        plan.Operations.Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(
        [
            "create postgres_schema.shop", "create postgres_table.users", "create postgres_table.orders", "create postgres_view.big_spenders", "create postgres_index.orders_by_state",
        ]);
        await shop.ShouldBeInSyncAsync(First, Token);
        (await Catalog()).ShouldBe(
        [
            "orders.id bigint", "orders.made timestamp with time zone", "orders.note text", "orders.parent bigint", "orders.state character varying", "orders.total numeric", "orders.user_id integer",
            "users.born timestamp with time zone", "users.email character varying", "users.id integer", "users.settings jsonb",
        ]);

        // 2. A change touches what it names, keeps the rows, and then there is nothing to do.
        await Database.ExecuteAsync("INSERT INTO shop.users (email) VALUES ('a@b.c'); INSERT INTO shop.orders (user_id, total, note) VALUES (1, 500, 'x'), (1, 1, NULL)", Token);
        var change = await shop.ApplyAsync(Second, Token);
        change.Operations.ToDictionary(operation => operation.Address, operation => operation.Action).ShouldBe(
            new Dictionary<string, string>
            {
                ["postgres_schema.shop"] = "noop",
                ["postgres_table.users"] = "update",
                ["postgres_table.orders"] = "update",
                ["postgres_index.orders_by_state"] = "replace",
                ["postgres_view.big_spenders"] = "update",
            },
            ignoreOrder: true);
        await shop.ShouldBeInSyncAsync(Second, Token);
        (await Database.QueryAsync("SELECT (email, spent, nick)::text FROM shop.big_spenders", Token)).ShouldBe(["(a@b.c,501.00,nobody)"]);

        // 3. What others changed is seen, named and put right.
        await Database.ExecuteAsync("ALTER TABLE shop.users ALTER nick DROP NOT NULL, ADD extra int; DROP INDEX shop.orders_by_state; COMMENT ON SCHEMA shop IS 'hacked'", Token);
        var repair = await shop.PlanAsync(Second, Token);
        var users = repair.Operations.Single(operation => operation.Address == "postgres_table.users");
        users.Drift!.Keys.ShouldBe(["columns.nick.nullable", "columns.extra"]);
        users.Statements.ShouldBe(
        [
            "ALTER TABLE \"shop\".\"users\"\n    DROP COLUMN \"extra\",\n    ADD CONSTRAINT \"users_nick_kolumn_not_null\" CHECK (\"nick\" IS NOT NULL) NOT VALID",
            "ALTER TABLE \"shop\".\"users\" VALIDATE CONSTRAINT \"users_nick_kolumn_not_null\"",
            "ALTER TABLE \"shop\".\"users\" ALTER COLUMN \"nick\" SET NOT NULL",
            "ALTER TABLE \"shop\".\"users\" DROP CONSTRAINT \"users_nick_kolumn_not_null\"",
        ]);
        users.Hazards!.Select(hazard => hazard.Name).ShouldBe(["data_loss", "outside_transaction"]);
        repair.Operations.Single(operation => operation.Address == "postgres_index.orders_by_state").Action.ShouldBe("create");
        repair.Operations.Single(operation => operation.Address == "postgres_schema.shop").Changes!.Keys.ShouldBe(["comment"]);
        await shop.ApplyAsync(Second, Token);
        await shop.ShouldBeInSyncAsync(Second, Token);

        // 4. A stranger with the same configuration adopts everything and touches nothing.
        shop.ForgetState();
        var adoption = await shop.ApplyAsync(Second, Token);
        adoption.Operations.ShouldAllBe(operation => operation.Action == "read");
        await shop.ShouldBeInSyncAsync(Second, Token);

        // 5. Everything goes.
        var end = await shop.ApplyAsync([], Token);
        end.Operations.ShouldAllBe(operation => operation.Action == "delete");
        (await Database.QueryAsync("SELECT nspname FROM pg_namespace WHERE nspname = 'shop'", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_ColumnThatAViewAndAnIndexRest_RebuildsThemAround()
    {
        DesiredResource View(string query) => Resource("postgres_view", "v", $$"""{"query":"{{query}}"}""");
        DesiredResource onView = Resource("postgres_view", "w", """{"query":"SELECT id FROM v"}"""), index = Resource("postgres_index", "i", """{"table":"t","columns":["gone"]}""");
        DesiredResource generated = Resource("postgres_index", "j", """{"table":"t","columns":["sum"]}""");
        DesiredResource Table(string columns) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"int"},{{columns}}]}""");
        await using var shop = await StartAsync(Database, Token);
        await shop.ApplyAsync(
            [
                Table("""{"name":"a","type":"int"},{"name":"gone","type":"text"},{"name":"sum","type":"int","generated":"a + 1"}"""),
                View("SELECT id, a, gone FROM t"), onView, index, generated,
            ],
            Token);
        await Database.ExecuteAsync("INSERT INTO t VALUES (1, 2, 'x')", Token);

        // A type under the views, a column under a view and an index, a generation expression under an index.
        DesiredResource[] desired =
        [
            Table("""{"name":"a","type":"bigint"},{"name":"sum","type":"bigint","generated":"a + 10"}"""), View("SELECT id, a FROM t"), onView, generated,
        ];
        await shop.ApplyAsync(desired, Token);

        await shop.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT (v.a, pg_typeof(v.a), w.id, t.sum)::text FROM v, w, t", Token)).ShouldBe(["(2,bigint,1,12)"]);
        (await Database.QueryAsync("SELECT indexname FROM pg_indexes WHERE tablename = 't'", Token)).ShouldBe(["j"]);
    }

    [Fact]
    public async Task Adopt_ExistsAndDiffers_IsAConflictThatNamesTheDifferences()
    {
        await Database.ExecuteAsync("CREATE TABLE t (a int, b text DEFAULT 'x', CHECK (a > 0))", Token);
        await using var stranger = await StartAsync(Database, Token);
        DesiredResource[] desired = [Resource("postgres_table", "t", """{"columns":[{"name":"a","type":"bigint"},{"name":"b","type":"text","default":"y"}],"checks":[{"expression":"0 < a"}]}""")];

        var plan = await stranger.PlanAsync(desired, Token);

        var conflict = plan.Diagnostics.ShouldHaveSingleItem();
        conflict.Code.ShouldBe(DiagnosticCodes.AdoptionConflict);
        conflict.Detail!.ShouldContain("columns.a.type: the database has integer, the configuration asks for bigint");
        conflict.Detail!.ShouldContain("columns.b.default: the database has 'x'::text, the configuration asks for 'y'::text");
        conflict.Detail!.ShouldContain("checks.t_a_check.expression: the database has (a > 0), the configuration asks for (0 < a)");
    }

    [Fact]
    public async Task Plan_ServerRefusesADefinition_SaysSoForThatOneOnly()
    {
        await Database.ExecuteAsync("CREATE TABLE good (a int); CREATE TABLE bad (a int)", Token);
        await using var stranger = await StartAsync(Database, Token);

        var plan = await stranger.PlanAsync(
            [
                Resource("postgres_table", "bad", """{"columns":[{"name":"a","type":"no_such_type"}]}"""),
                Resource("postgres_table", "good", """{"columns":[{"name":"a","type":"int4"}]}"""),
            ],
            Token);

        var refusal = plan.Diagnostics.ShouldHaveSingleItem();
        (refusal.Address, refusal.EngineCode, refusal.Summary).ShouldBe(("postgres_table.bad", "42704", "PostgreSQL refused: type \"no_such_type\" does not exist"));
        plan.Operations.Single(operation => operation.Address == "postgres_table.good").Action.ShouldBe("read");
    }

    [Fact]
    public async Task Apply_OneStatementFails_EverythingIsAsItWas()
    {
        await using var shop = await StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            Resource("postgres_table", "fine", """{"columns":[{"name":"a","type":"int"}]}"""),
            Resource("postgres_table", "wrong", """{"columns":[{"name":"a","type":"int","default":"no_such_function()"}]}"""),
        ];
        var plan = await shop.PlanAsync(desired, Token);

        var result = await shop.TryApplyAsync(desired, plan, Token);

        (result.Success, result.RolledBack).ShouldBe((false, true));
        var failed = result.Results.Single(one => one.Address == "postgres_table.wrong");
        (failed.Skipped, failed.Diagnostic!.EngineCode).ShouldBe((false, "42883"));
        result.Results.Single(one => one.Address == "postgres_table.fine").Skipped.ShouldBeTrue();
        (await Database.QueryAsync("SELECT relname FROM pg_class WHERE relname IN ('fine', 'wrong')", Token)).ShouldBeEmpty();

        // The provider still works.
        await shop.ApplyAsync(desired[..1], Token);
        await shop.ShouldBeInSyncAsync(desired[..1], Token);
    }

    private Task<IReadOnlyList<string?>> Catalog() => Database.QueryAsync(
        "SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns WHERE table_schema = 'shop' AND table_name IN ('users', 'orders') ORDER BY 1", Token);
}
