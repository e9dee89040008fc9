using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Testing;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>Users and roles of admin: they are the whole server's, so that their names are one test's own.</summary>
public sealed class UserTests(MongoDatabases databases)
{
    private static string Name(string word) => $"{word}{Environment.ProcessId}";

    [Fact]
    public async Task Apply_UserWithRole_IsThere_WithoutThePasswordAnywhere()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        var config = $$"""
            {
              "mongo_user.ann": {"name": "{{Name("ann")}}", "database": "admin", "password": "s3cret-Passw0rd", "roles": ["readAnyDatabase"] }
            }
            """;

        var plan = await shop.PlanAsync(config);
        plan.Operations.Single().Statements.ShouldBe([$$"""{"createUser":"{{Name("ann")}}","roles":[{"role":"readAnyDatabase","db":"admin"}],"$db":"admin","pwd":"[REDACTED]"}"""]);
        await shop.ApplyAsync(config);

        var users = await databases.RunOnAdminAsync(new JsonObject { ["usersInfo"] = Name("ann") }, TestContext.Current.CancellationToken);
        users["users"]![0]!["roles"]!.ToJsonString().ShouldBe("""[{"role":"readAnyDatabase","db":"admin"}]""");
        shop.State.Values.Select(s => s.State!.ToJsonString()).ShouldAllBe(state => !state.Contains("s3cret", StringComparison.Ordinal));
        await shop.ApplyAsync("{}");
        ((await databases.RunOnAdminAsync(new JsonObject { ["usersInfo"] = Name("ann") }, TestContext.Current.CancellationToken))["users"] as JsonArray ?? []).ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_Role_OfOtherRoles_IsThere_AndItsHolderComesAfterIt()
    {
        await using var shop = await MongoScenario.StartAsync(databases);
        var role = Name("reader");

        // DocumentDB has no privileges on single collections of its own.
        var made = await shop.ApplyAsync($$"""
            {
              "mongo_user.bo": {"name": "{{Name("bo")}}", "database": "admin", "password": "s3cret-Passw0rd", "roles": ["readAnyDatabase"] },
              "mongo_role.reader": {"name": "{{role}}", "database": "admin", "roles": [{"role": "readAnyDatabase", "db": "admin"}] }
            }
            """);

        made.Count.ShouldBe(2);
        var roles = await databases.RunOnAdminAsync(new JsonObject { ["rolesInfo"] = 1 }, TestContext.Current.CancellationToken);
        ((JsonArray)roles["roles"]!).OfType<JsonObject>().Single(r => (string?)r["role"] == role)["roles"]!.ToJsonString().ShouldBe("""[{"role":"readAnyDatabase","db":"admin"}]""");
        await shop.ApplyAsync("{}");
    }

    [Theory]
    [InlineData("""{"name": "a", "roles": [5]}""", "roles[0]")]
    [InlineData("""{"name": "a", "database": "x.y"}""", "database")]
    public async Task Plan_WhatNoUserCanBe_IsRefusedAtItsPlace(string config, string attribute)
    {
        await using var shop = await MongoScenario.StartAsync(databases);

        var refused = await Should.ThrowAsync<Kolumn.Sdk.Testing.HarnessException>(() => shop.PlanAsync($$"""{"mongo_user.a": {{config}} }"""));

        refused.Diagnostics.Select(d => d.Attribute?.ToString()).ShouldContain(attribute);
    }
}
