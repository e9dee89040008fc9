using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Scenarios;

/// <summary>What is declared renamed keeps its rows, and everything that refers to it is found under the new name.</summary>
public sealed class RenameTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private static readonly DesiredResource[] Before =
    [
        Resource("postgres_table", "users", """
            {"columns":[{"name":"id","type":"serial","primary_key":true},{"name":"mail","type":"text","unique":true,"not_null":true},{"name":"size","type":"int","generated":"length(mail)"}],
             "checks":[{"expression":"mail <> ''"}],"row_level_security":true}
            """),
        Resource("postgres_table", "orders", """{"columns":[{"name":"id","type":"int","primary_key":true},{"name":"user_id","type":"int"}],"foreign_keys":[{"columns":["user_id"],"references":"users","referenced_columns":["id"]}]}"""),
        Resource("postgres_index", "by_mail", """{"table":"users","columns":[{"expression":"lower(mail)"},"mail"],"where":"mail is not null"}"""),
        Resource("postgres_view", "mails", """{"query":"SELECT users.id, count(*) AS n FROM users JOIN orders o ON o.user_id = users.id GROUP BY users.id"}"""),
        Resource("postgres_policy", "own", """{"table":"users","using":"mail = current_user"}"""),
        Resource("postgres_function", "stamp", """{"language":"plpgsql","returns":"trigger","body":"BEGIN RETURN NEW; END"}"""),
        Resource("postgres_trigger", "stamped", """{"table":"users","timing":"before","events":["update"],"columns":["mail"],"for_each_row":true,"function":"stamp"}"""),
    ];

    private static readonly DesiredResource[] After =
    [
        Resource("postgres_table", "people", """
            {"renamed_from":"users","columns":[{"name":"id","type":"serial","primary_key":true},{"name":"email","renamed_from":"mail","type":"text","unique":true,"not_null":true},{"name":"size","type":"int","generated":"length(email)"}],
             "checks":[{"expression":"email <> ''"}],"row_level_security":true}
            """),
        Resource("postgres_table", "orders", """{"columns":[{"name":"id","type":"int","primary_key":true},{"name":"user_id","type":"int"}],"foreign_keys":[{"columns":["user_id"],"references":"people","referenced_columns":["id"]}]}"""),
        Resource("postgres_index", "by_mail", """{"table":"people","columns":[{"expression":"lower(email)"},"email"],"where":"email is not null"}"""),
        Resource("postgres_view", "mails", """{"query":"SELECT people.id, count(*) AS n FROM people JOIN orders o ON o.user_id = people.id GROUP BY people.id"}"""),
        Resource("postgres_policy", "own", """{"table":"people","using":"email = current_user"}"""),
        Resource("postgres_function", "stamp", """{"language":"plpgsql","returns":"trigger","body":"BEGIN RETURN NEW; END"}"""),
        Resource("postgres_trigger", "stamped", """{"table":"people","timing":"before","events":["update"],"columns":["email"],"for_each_row":true,"function":"stamp"}"""),
    ];

    [Fact]
    public async Task Apply_TableAndColumnRenamed_KeepsRowsAndEverythingFollows()
    {
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync(Before, Token);
        await Database.ExecuteAsync("INSERT INTO users (mail) VALUES ('a@b'), ('c@d'); INSERT INTO orders VALUES (1, 2)", Token);

        var plan = await scenario.ApplyAsync(After, Token);

        plan.Operations.Where(o => o.Statements is { Count: > 0 }).Select(o => $"{o.Address} {o.Action}").ShouldBe(["postgres_table.people update"]);
        var people = plan.Operations.Single(o => o.Address == "postgres_table.people");
        people.Reason.ShouldBe("renamed: from users, email from mail");
        people.Hazards.ShouldBeNull();
        people.Statements!.Order().ShouldBe(
        [
            "ALTER TABLE \"public\".\"people\" RENAME COLUMN \"mail\" TO \"email\"",
            "ALTER TABLE \"public\".\"people\" RENAME CONSTRAINT \"users_mail_check\" TO \"people_email_check\"",
            "ALTER TABLE \"public\".\"people\" RENAME CONSTRAINT \"users_mail_key\" TO \"people_email_key\"",
            "ALTER TABLE \"public\".\"people\" RENAME CONSTRAINT \"users_pkey\" TO \"people_pkey\"",
            "ALTER TABLE \"public\".\"users\" RENAME TO \"people\"",
        ]);
        (await Database.QueryAsync("SELECT id || ' ' || email || ' ' || size FROM people ORDER BY id", Token)).ShouldBe(["1 a@b 3", "2 c@d 3"]);
        (await Database.QueryAsync("SELECT id || ' ' || n FROM mails", Token)).ShouldBe(["2 1"]);
        scenario.State.Keys.ShouldNotContain("postgres_table.users");
        await scenario.ShouldBeInSyncAsync(After, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Fact]
    public async Task Apply_EveryOtherKindRenamed_RenamesInPlaceAndRebuildsNothing()
    {
        await using var scenario = await StartAsync(Database, Token);
        static DesiredResource[] Everything(string suffix) =>
        [
            Resource("postgres_schema", "s", $$"""{"name":"s{{suffix}}"}"""),
            Resource("postgres_type", "mood", $$"""{"name":"mood{{suffix}}","schema":"s{{suffix}}","values":["ok","bad"]}"""),
            Resource("postgres_type", "pair", $$"""{"name":"pair{{suffix}}","schema":"s{{suffix}}","attributes":[{"name":"l{{suffix}}","type":"int"}]}"""),
            Resource("postgres_sequence", "q", $$"""{"name":"q{{suffix}}","schema":"s{{suffix}}"}"""),
            Resource("postgres_table", "t", $$"""
                {"name":"t{{suffix}}","schema":"s{{suffix}}","columns":[{"name":"id","type":"bigint","default":"nextval('s{{suffix}}.q{{suffix}}')","primary_key":true},
                 {"name":"mood","type":"s{{suffix}}.mood{{suffix}}","default":"'ok'::s{{suffix}}.mood{{suffix}}"},{"name":"made","type":"date"}]}
                """),
            Resource("postgres_table", "parts", $$"""{"schema":"s{{suffix}}","columns":[{"name":"made","type":"date"}],"partition_by":"RANGE (made)"}"""),
            Resource("postgres_partition", "old", $$"""{"name":"old{{suffix}}","schema":"s{{suffix}}","table":"s{{suffix}}.parts","values":"FROM (MINVALUE) TO ('2020-01-01')"}"""),
            Resource("postgres_view", "v", $$"""{"name":"v{{suffix}}","schema":"s{{suffix}}","query":"SELECT id, mood FROM s{{suffix}}.t{{suffix}}"}"""),
            Resource("postgres_materialized_view", "m", $$"""{"name":"m{{suffix}}","schema":"s{{suffix}}","query":"SELECT id FROM s{{suffix}}.v{{suffix}}"}"""),
            Resource("postgres_index", "i", $$"""{"name":"i{{suffix}}","table":"s{{suffix}}.t{{suffix}}","columns":["mood"]}"""),
            Resource("postgres_function", "f", $$"""{"name":"f{{suffix}}","schema":"s{{suffix}}","language":"plpgsql","returns":"trigger","body":"BEGIN RETURN NEW; END"}"""),
            Resource("postgres_trigger", "g", $$"""{"name":"g{{suffix}}","table":"s{{suffix}}.t{{suffix}}","timing":"before","events":["update"],"for_each_row":true,"function":"s{{suffix}}.f{{suffix}}"}"""),
            Resource("postgres_policy", "p", $$"""{"name":"p{{suffix}}","table":"s{{suffix}}.t{{suffix}}","using":"id > 0"}"""),
            Resource("postgres_publication", "pub", $$"""{"name":"pub{{suffix}}","tables":["s{{suffix}}.t{{suffix}}"]}"""),
        ];
        var before = Everything("");
        await scenario.ApplyAsync(before, Token);
        await Database.ExecuteAsync("INSERT INTO s.t (made) VALUES ('2024-01-01'); INSERT INTO s.parts VALUES ('2019-01-01')", Token);
        var numbers = await NumbersAsync();

        var after = Everything("2").Select(r => r with { Config = WithFormerNames(r) }).ToArray();
        var plan = await scenario.ApplyAsync(after, Token);

        plan.Operations.Where(o => o.Statements is { Count: > 0 }).Select(o => o.Action).Distinct().ShouldBe(["update"]);
        plan.Operations.Where(o => o.Hazards is { Count: > 0 }).ShouldBeEmpty();
        (await NumbersAsync()).ShouldBe(numbers);
        (await Database.QueryAsync("SELECT id || ' ' || mood FROM s2.v2", Token)).ShouldBe(["1 ok"]);
        (await Database.QueryAsync("SELECT count(*)::text FROM s2.old2", Token)).ShouldBe(["1"]);
        await scenario.ShouldBeInSyncAsync(after, Token);
    }

    /// <summary>What the server numbers its objects by: what was made again has another one.</summary>
    private Task<IReadOnlyList<string?>> NumbersAsync() => Database.QueryAsync(
        """
        SELECT oid::text FROM pg_class WHERE relnamespace::regnamespace::text LIKE 's%' AND relname !~ '^(pg|sql)_' AND relnamespace::regnamespace::text !~ '^pg'
        UNION SELECT oid::text FROM pg_type WHERE typname LIKE 'mood%' UNION SELECT oid::text FROM pg_proc WHERE proname ~ '^f2?$'
        UNION SELECT oid::text FROM pg_trigger WHERE tgname ~ '^g2?$' UNION SELECT oid::text FROM pg_policy UNION SELECT oid::text FROM pg_publication ORDER BY 1
        """, Token);

    private static JsonObject WithFormerNames(DesiredResource resource)
    {
        var config = (JsonObject)resource.Config.DeepClone();
        if ((string?)config["name"] is { } name)
        {
            config["renamed_from"] = name[..^1];
        }

        foreach (var attribute in (config["attributes"] as JsonArray ?? []).OfType<JsonObject>())
        {
            attribute["renamed_from"] = ((string)attribute["name"]!)[..^1];
        }

        return config;
    }
}
