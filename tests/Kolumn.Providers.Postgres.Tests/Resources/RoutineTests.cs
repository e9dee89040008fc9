using Kolumn.Protocol.Runtime;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Providers.Postgres.Tests.Scenarios.Scenario;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class RoutineTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private const string Function = """
        SELECT (pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), lanname, prosrc, provolatile, proisstrict, prosecdef, proleakproof, proparallel, procost, prorows,
                proconfig, obj_description(p.oid, 'pg_proc'), proowner::regrole)::text
        FROM pg_proc p JOIN pg_language l ON l.oid = prolang WHERE proname = 'f'
        """;
    private const string SqlBody = "SELECT pg_get_function_sqlbody(oid) FROM pg_proc WHERE proname = 'f'";
    private const string Procedure = "SELECT (prokind, pg_get_function_arguments(oid), prosrc, prosecdef, proconfig, obj_description(oid, 'pg_proc'))::text FROM pg_proc WHERE proname = 'f'";

    [Fact]
    public Task Function_FromCreationToEnd_IsReplacedInPlaceWhereItCanBe() => new Lifecycle(Database, "postgres_function", "f").RunAsync(
        Token,
        new Stage("""{"arguments":[{"name":"a","type":"int4"}],"returns":"int","body":"SELECT a + 1"}""", "create", Function, "(\"a integer\",integer,sql,\"SELECT a + 1\",v,f,f,f,u,100,0,,,kolumn)"),
        new Stage("""
            {"arguments":[{"name":"a","type":"int4","default":5}],"returns":"int","body":"SELECT a + $1; -- $body$ 'x'","volatility":"immutable","strict":true,"security_definer":true,"leakproof":true,
             "parallel":"safe","cost":7.5,"set":{"search_path":"public, \"Odd; name\", pg_temp","work_mem":"1MB","Statement_Timeout":1000},"comment":"it's","owner":"pg_monitor"}
            """, "update", Function,
            "(\"a integer DEFAULT 5\",integer,sql,\"SELECT a + $1; -- $body$ 'x'\",i,t,t,t,s,7.5,0,\"{\"\"search_path=public, \\\\\"\"Odd; name\\\\\"\", pg_temp\"\",statement_timeout=1000,work_mem=1MB}\",it's,pg_monitor)"),
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"returns":"int","body":"SELECT 1"}""", "replace", Function, "(\"a integer\",integer,sql,\"SELECT 1\",v,f,f,f,u,100,0,,,pg_monitor)"),
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"returns":"setof int","rows":5,"body":"SELECT 1"}""", "replace", Function, "(\"a integer\",\"SETOF integer\",sql,\"SELECT 1\",v,f,f,f,u,100,5,,,pg_monitor)"),
        new Stage("""{"arguments":[{"name":"a","type":"varchar(20)"},{"type":"numeric(3,1)[]","mode":"variadic","default":"'{}'"}],"returns_table":[{"name":"x","type":"int"},{"name":"Y; z","type":"text"}],"body":"SELECT 1, 'a'"}""",
            "replace", Function, "(\"a character varying, VARIADIC numeric[] DEFAULT '{}'::numeric[]\",\"TABLE(x integer, \"\"Y; z\"\" text)\",sql,\"SELECT 1, 'a'\",v,f,f,f,u,100,1000,,,kolumn)"),
        new Stage("""{"arguments":[{"name":"a","type":"int"},{"name":"b","type":"int","mode":"out"},{"name":"c","type":"text","mode":"inout"}],"language":"PLpgSQL","body":"BEGIN b := a; END","volatility":"stable"}""",
            "replace", Function, "(\"a integer, OUT b integer, INOUT c text\",record,plpgsql,\"BEGIN b := a; END\",s,f,f,f,u,100,0,,,kolumn)"));

    [Fact]
    public Task SqlBody_FromCreationToEnd_IsSpelledByTheServer() => new Lifecycle(Database, "postgres_function", "f")
    {
        Others = [Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"},{"name":"n","type":"int"}]}""")],
    }.RunAsync(
        Token,
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"returns":"int","sql_body":"return a+1"}""", "create", SqlBody, "RETURN (a + 1)"),
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"returns":"int","sql_body":"BEGIN ATOMIC INSERT INTO t VALUES (a, 1); SELECT n FROM t WHERE id = a; END"}""", "update", SqlBody,
            "BEGIN ATOMIC\n INSERT INTO t (id, n)\n   VALUES (f.a, 1);\n SELECT t.n\n    FROM t\n   WHERE (t.id = f.a);\nEND"));

    [Fact]
    public Task Procedure_FromCreationToEnd_IsReplacedInPlace() => new Lifecycle(Database, "postgres_procedure", "f").RunAsync(
        Token,
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"language":"plpgsql","body":"BEGIN NULL; END"}""", "create", Procedure, "(p,\"IN a integer\",\"BEGIN NULL; END\",f,,)"),
        new Stage("""{"arguments":[{"name":"a","type":"int"}],"language":"plpgsql","body":"BEGIN COMMIT; END","security_definer":true,"comment":"c"}""", "update", Procedure, "(p,\"IN a integer\",\"BEGIN COMMIT; END\",t,,c)"),
        new Stage("""{"arguments":[{"name":"b","type":"int"}],"language":"plpgsql","body":"BEGIN COMMIT; END"}""", "replace", Procedure, "(p,\"IN b integer\",\"BEGIN COMMIT; END\",f,,)"));

    [Fact]
    public async Task Overloads_OfOneName_AreToldApartByTheirTypes()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            Resource("postgres_function", "one", """{"name":"F (x)","arguments":[{"type":"int"}],"returns":"int","body":"SELECT 1"}"""),
            Resource("postgres_function", "two", """{"name":"F (x)","arguments":[{"type":"text"}],"returns":"int","body":"SELECT 2"}"""),
            Resource("postgres_function", "three", """{"name":"F (x)","arguments":[{"name":"m","type":"postgres_type.mood"},{"type":"s.mood[]"}],"returns":"setof postgres_table.t","body":"SELECT * FROM t"}"""),
            Resource("postgres_function", "four", """{"name":"F (x)","returns":"void","language":"plpgsql","body":"BEGIN END"}"""),
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int"}]}"""),
            Resource("postgres_type", "mood", """{"values":["a"]}"""),
            Resource("postgres_type", "other", """{"name":"mood","schema":"s","values":["a"]}"""),
            Resource("postgres_schema", "s", "{}"),
        ];
        await scenario.ApplyAsync(desired, Token);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await ReadAsync(new FunctionHandler())).Keys.ShouldBe(
            ["public.\"F (x)\"(integer)", "public.\"F (x)\"(text)", "public.\"F (x)\"(mood, s.mood[])", "public.\"F (x)\"()"], ignoreOrder: true);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);

        // Another signature is another function: the old one goes, the others stay.
        desired[0] = Resource("postgres_function", "one", """{"name":"F (x)","arguments":[{"type":"bigint"}],"returns":"int","body":"SELECT 1"}""");
        (await scenario.ApplyAsync(desired, Token)).Operations.Where(operation => operation.Action != "noop").ShouldHaveSingleItem().Action.ShouldBe("replace");
        await scenario.ShouldBeInSyncAsync(desired, Token);
        (await Database.QueryAsync("SELECT count(*) FROM pg_proc WHERE proname = 'F (x)'", Token)).ShouldBe(["4"]);
        await scenario.ApplyAsync([], Token);
        (await Database.QueryAsync("SELECT count(*) FROM pg_proc WHERE proname = 'F (x)'", Token)).ShouldBe(["0"]);
    }

    [Fact]
    public async Task Order_OfWhatCallsAndWhatIsCalled_IsFoundInBodiesChecksAndViews()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired =
        [
            Resource("postgres_view", "v", """{"query":"SELECT s.calls() AS n"}"""),
            Resource("postgres_table", "t", """{"columns":[{"name":"id","type":"int","default":"s.calls()"}],"checks":[{"expression":"good(id)"}]}"""),
            Resource("postgres_function", "calls", """{"schema":"s","returns":"int","body":"SELECT CASE WHEN public.good(1) THEN 1 END"}"""),
            Resource("postgres_function", "good", """{"arguments":[{"type":"int"}],"returns":"bool","sql_body":"RETURN $1 > (SELECT count(*) FROM base)"}"""),
            Resource("postgres_table", "base", """{"columns":[{"name":"id","type":"int"}]}"""),
            Resource("postgres_schema", "s", "{}"),
        ];

        var plan = await scenario.ApplyAsync(desired, Token);

        plan.Operations.Select(operation => operation.Address).ShouldBe(
            ["postgres_table.base", "postgres_function.good", "postgres_schema.s", "postgres_function.calls", "postgres_view.v", "postgres_table.t"]);
        await scenario.ShouldBeInSyncAsync(desired, Token);
        await Lifecycle.AdoptDiscoveredAsync(Database, Token);
    }

    [Fact]
    public async Task Change_OfASignatureOrAColumnUnderIt_RebuildsWhatStandsOnTheFunction()
    {
        DesiredResource Table(string type) => Resource("postgres_table", "t", $$"""{"columns":[{"name":"id","type":"{{type}}"}]}""");
        DesiredResource Sum(string argument) => Resource("postgres_function", "total", $$"""{"arguments":[{"name":"{{argument}}","type":"int"}],"returns":"numeric","sql_body":"RETURN (SELECT sum(id) FROM t)"}""");
        DesiredResource View = Resource("postgres_view", "v", """{"query":"SELECT total(1) AS n"}""");
        await using var scenario = await StartAsync(Database, Token);
        await scenario.ApplyAsync([Table("int"), Sum("a"), View], Token);

        // 1. An argument's name.
        var renamed = await scenario.ApplyAsync([Table("int"), Sum("b"), View], Token);
        renamed.Operations.Where(operation => operation.Action != "noop").Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(["replace postgres_function.total", "replace postgres_view.v"], ignoreOrder: true);

        // 2. A column that the body reads.
        var retyped = await scenario.ApplyAsync([Table("numeric(20)"), Sum("b"), View], Token);
        retyped.Operations.Select(operation => $"{operation.Action} {operation.Address}").ShouldBe(["update postgres_table.t", "replace postgres_function.total", "replace postgres_view.v"], ignoreOrder: true);
        await scenario.ShouldBeInSyncAsync([Table("numeric(20)"), Sum("b"), View], Token);
    }

    [Fact]
    public async Task Apply_BodyThatPostgreSqlRefuses_SaysWhere()
    {
        await using var scenario = await StartAsync(Database, Token);
        DesiredResource[] desired = [Resource("postgres_function", "f", """{"returns":"int","body":"SELECT nothing"}""")];

        var result = await scenario.TryApplyAsync(desired, await scenario.PlanAsync(desired, Token), Token);

        result.Results.Single().Diagnostic!.EngineCode.ShouldBe("42703");
        result.RolledBack.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"name":"f","returns":"int"}""", "body", "A routine has either a body or an sql_body")]
    [InlineData("""{"name":"f","returns":"int","body":"x","sql_body":"RETURN 1"}""", "body", "A routine has either a body or an sql_body")]
    [InlineData("""{"name":"f","body":"x"}""", "returns", "A function says what it returns")]
    [InlineData("""{"name":"f","returns":"table(a int)","returns_table":[{"name":"a","type":"int"}],"body":"x"}""", "returns", "The columns of a returned table are written in returns_table")]
    [InlineData("""{"name":"f","returns":"int","sql_body":"SELECT 1"}""", "sql_body", "An sql_body begins with RETURN or BEGIN ATOMIC")]
    [InlineData("""{"name":"f","returns":"int","sql_body":"RETURN 1; DROP TABLE x"}""", "sql_body", "This cannot stand in a statement: the semicolon at position 9 would end the statement: leave it out")]
    [InlineData("""{"name":"f","returns":"int","body":"x","set":{"a; b":"1"}}""", "set.a; b", "'a; b' is not the name of a setting")]
    public void Describe_Mistake_IsNamedAtItsPlace(string config, string attribute, string summary)
    {
        var diagnostic = Configs.TryDescribe(new FunctionHandler(), config).Diagnostics.ShouldHaveSingleItem();

        (diagnostic.Attribute!.ToString(), diagnostic.Summary).ShouldBe((attribute, summary));
    }
}
