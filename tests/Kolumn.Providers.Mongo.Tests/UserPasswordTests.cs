using System.Text.Json.Nodes;
using Kolumn.Providers.Mongo.Resources.Users;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>What stands in a plan, and what is sent.</summary>
public sealed class UserPasswordTests
{
    private readonly UserHandler _handler = new();

    [Fact]
    public void Create_WithoutAPassword_SendsOneThatNobodyKnows()
    {
        var statement = _handler.Create(User("admin", null)).Single();

        statement.Text.ShouldBe("""{"createUser":"ann","roles":[],"$db":"admin","pwd":"[REDACTED]"}""");
        var (first, second) = (Sent(statement), Sent(statement));
        first.Length.ShouldBe(48);
        first.ShouldNotBe(second);
    }

    [Fact]
    public void Create_OfAnExternalUser_HasNone()
    {
        var statement = _handler.Create(User("$external", null)).Single();

        statement.Text.ShouldBe("""{"createUser":"ann","roles":[],"$db":"$external"}""");
        statement.WithSecret.ShouldBeNull();
    }

    [Fact]
    public void Alter_PasswordAlone_LeavesTheRolesAlone()
    {
        var statement = _handler.Alter(User("admin", null), User("admin", "n3w")).ShouldNotBeNull().Single();

        statement.Text.ShouldBe("""{"updateUser":"ann","$db":"admin","pwd":"[REDACTED]"}""");
        Sent(statement).ShouldBe("n3w");
    }

    private static JsonObject User(string database, string? password)
    {
        var user = new JsonObject { ["name"] = "ann", ["database"] = database };
        if (password is not null)
        {
            user["password"] = password;
        }

        return user;
    }

    private static string Sent(Statement statement) => (string)JsonNode.Parse(statement.WithSecret.ShouldNotBeNull()())!["pwd"]!;
}
