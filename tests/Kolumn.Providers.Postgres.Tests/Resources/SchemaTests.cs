using Kolumn.Providers.Postgres.Resources.Schemas;
using Kolumn.Sdk;
using Kolumn.Testing;

namespace Kolumn.Providers.Postgres.Tests.Resources;

public sealed class SchemaTests(PostgresDatabases databases) : PostgresTest(databases)
{
    private readonly SchemaHandler _schemas = new();

    [Fact]
    public async Task Schema_CreatedChangedDropped_IsWhatTheCatalogSays()
    {
        var plain = Configs.Describe(_schemas, """{"name":"x\"; DROP SCHEMA public; --"}""");
        var commented = Configs.Describe(_schemas, """{"name":"x\"; DROP SCHEMA public; --","comment":"a'b"}""");
        Configs.Text(_schemas.Create(commented)).ShouldBe("CREATE SCHEMA \"x\"\"; DROP SCHEMA public; --\"\n\nCOMMENT ON SCHEMA \"x\"\"; DROP SCHEMA public; --\" IS 'a''b'");

        await ApplyAsync(_schemas.Create(plain), _schemas.Alter(plain, commented));

        var found = await ReadAsync(_schemas, [_schemas.IdentityOf(commented)]);
        found.ShouldHaveSingleItem().Value.ToJsonString().ShouldBe(commented.ToJsonString());
        await ApplyAsync(_schemas.Alter(commented, plain), _schemas.Drop(plain));
        (await ReadAsync(_schemas)).Keys.ShouldBe(["public"]);
    }

    [Fact]
    public async Task Drop_SchemaIsNotEmpty_IsRefusedAndNothingIsLost()
    {
        await Database.ExecuteAsync("CREATE SCHEMA full_one; CREATE TABLE full_one.t (id int)", Token);

        var refused = await Should.ThrowAsync<StatementFailedException>(ApplyAsync(_schemas.Drop(Configs.Json("""{"name":"full_one"}"""))));

        refused.Diagnostic.EngineCode.ShouldBe("2BP01");
        refused.Diagnostic.Detail!.ShouldContain("table full_one.t depends on schema full_one");
        (await Database.QueryAsync("SELECT count(*) FROM full_one.t", Token)).ShouldBe(["0"]);
    }

    [Theory]
    [InlineData("pg_mine")]
    [InlineData("information_schema")]
    [InlineData("")]
    [InlineData("tab\there")]
    [InlineData("ääääääääääääääääääääääääääääääää")]
    public void Describe_NameThatCannotBe_IsAnError(string name)
    {
        var (_, diagnostics) = Configs.TryDescribe(_schemas, new System.Text.Json.Nodes.JsonObject { ["name"] = name }.ToJsonString());

        diagnostics.ShouldHaveSingleItem().Attribute!.ToString().ShouldBe("name");
    }
}
