using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Schema;

namespace Kolumn.Protocol.Tests;

public sealed class PayloadJsonTests
{
    [Fact]
    public void Write_PlanRequest_UsesTheSpecificationsNames()
    {
        var request = new PlanRequest
        {
            Resources =
            [
                new PlanResource { ResourceType = "table", Name = "users", Action = "create", Config = new JsonObject { ["name"] = "users" }, DependsOn = ["schema.app"] },
            ],
            PlanHash = "h",
        };

        var json = Encoding.UTF8.GetString(PayloadJson.Write(request));

        json.ShouldBe("""{"resources":[{"resource_type":"table","name":"users","config":{"name":"users"},"action":"create","depends_on":["schema.app"]}],"plan_hash":"h"}""");
    }

    [Fact]
    public void Read_NullsOfOtherLanguages_StandForNothing()
    {
        var response = Read<DiscoverResourcesResponse>("""{"success":true,"resources":null,"warnings":null,"unknown":{"a":[1]}}""");

        response.Success.ShouldBeTrue();
        response.Resources.ShouldBeEmpty();
    }

    [Fact]
    public void Read_TimesOfGo_AreUnderstood()
    {
        var state = Read<ProviderState>("""{"version":"1.0.0","provider":"p","resources":null,"updated_at":"0001-01-01T00:00:00Z"}""");
        var exact = Read<ProviderState>("""{"updated_at":"2025-12-15T10:30:00.123456789+02:00"}""");

        state.UpdatedAt.ShouldBe(default);
        exact.UpdatedAt.ShouldBe(new DateTimeOffset(2025, 12, 15, 10, 30, 0, TimeSpan.FromHours(2)).AddTicks(1234567));
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""")]
    [InlineData("""{"config":{"a":1,"a":2}}""")]
    [InlineData("""{"config":[]}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    public void Read_NotSuchAPayload_Throws(string json) => Should.Throw<JsonException>(() => Read<CreateResourceRequest>(json));

    [Fact]
    public void Read_NestedWithoutEnd_Throws()
    {
        var deep = """{"config":""" + string.Concat(Enumerable.Repeat("""{"a":""", 100_000));

        Should.Throw<JsonException>(() => Read<CreateResourceRequest>(deep));
    }

    [Fact]
    public void Diagnostic_AllMembers_SurviveTheWire()
    {
        var diagnostic = Diagnostic.Error("WRONG_TYPE", "a number is expected", "Write 5.") with
        {
            Attribute = AttributePath.Of("columns").Element(2).Member("type"),
            Address = "table.users",
            Retryable = true,
            EngineCode = "42601",
        };

        var json = Encoding.UTF8.GetString(PayloadJson.Write(Envelope.Failure<Envelope>([diagnostic])));
        var back = Read<Envelope>(json);

        json.ShouldContain("""
            "attribute":["columns",2,"type"]
            """.Trim());
        json.ShouldContain("\"severity\":\"error\"");
        back.Diagnostics.ShouldHaveSingleItem().ShouldBe(diagnostic);
        back.Code.ShouldBe("VALIDATION_ERROR");
        back.Details!["reason"]!.GetValue<string>().ShouldBe("WRONG_TYPE");
        back.Error.ShouldBe("table.users: columns[2].type: a number is expected. Write 5.");
    }

    [Fact]
    public void CollectDiagnostics_FailureWithoutAWord_IsStillAFailure()
    {
        var diagnostics = new Envelope { Success = false }.CollectDiagnostics();

        diagnostics.ShouldHaveSingleItem().Severity.ShouldBe(Severity.Error);
    }

    [Fact]
    public void Read_AbsentMembers_KeepTheirDefaults()
    {
        ShouldReadAsNew(new ProviderState());
        ShouldReadAsNew(new ResourceInstance());
        ShouldReadAsNew(new PlanRequest());
        ShouldReadAsNew(new PlanResponse());
        ShouldReadAsNew(new ApplyResponse());
        ShouldReadAsNew(new CreateResourceRequest());
        ShouldReadAsNew(new ReadResourceRequest());
        ShouldReadAsNew(new UpdateResourceRequest());
        ShouldReadAsNew(new DeleteResourceRequest());
        ShouldReadAsNew(new DiscoverResourcesRequest());
        ShouldReadAsNew(new VersionResponse());
        ShouldReadAsNew(new ProviderEvent());
        Read<PlanRequest>("""{"resources":[{}]}""").Resources[0].ShouldBe(new PlanResource() with { DependsOn = [] });
        Read<ProviderSchema>("""{"name":"a","version":"1"}""").ProtocolVersion.ShouldBe(1);
        Read<ProviderSchema>("""{"name":"a","version":"1"}""").Category.ShouldBe("database");
    }

    // The serializer's generated code sets an absent init-only member to its type's default, whatever its initializer says.
    private static void ShouldReadAsNew<T>(T made) =>
        Encoding.UTF8.GetString(PayloadJson.Write(Read<T>("{}"))).ShouldBe(Encoding.UTF8.GetString(PayloadJson.Write(made)));

    private static T Read<T>(string json) => PayloadJson.Read<T>(Encoding.UTF8.GetBytes(json));
}
