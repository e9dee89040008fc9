using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Shouldly;

namespace Kolumn.Testing;

/// <summary>What an audit log tells, whatever the database.</summary>
public static class AuditContract
{
    /// <summary>A table of one column, as every provider of tables takes it.</summary>
    public const string OneColumn = """{"columns":[{"name":"id","type":"int"}]}""";

    /// <summary>Changes, a failure, pages and filters, each exactly.</summary>
    /// <param name="provider">On a database that is empty.</param>
    /// <param name="type">Of tables: <c>mysql_table</c>.</param>
    /// <param name="refused">The configuration of a table that the server refuses.</param>
    /// <param name="engineCode">As which it does.</param>
    public static async Task CheckAsync(CalledProvider provider, string type, string refused, string engineCode)
    {
        (await ReadAsync(provider, new AuditRequest())).Entries.ShouldBeEmpty();
        await provider.CreateAsync(type, "it's", """{"columns":[{"name":"a b","type":"int"}]}""");
        await provider.CreateAsync(type, "t", OneColumn);
        var moment = DateTimeOffset.UtcNow;
        (await TryCreateAsync(provider, type, "broken", refused)).Success.ShouldBeFalse();
        (await provider.CallAsync<DeleteResourceRequest, DeleteResourceResponse>(FunctionNames.DeleteResource, new DeleteResourceRequest { ResourceType = "table", Name = "t" })).Success.ShouldBeTrue();

        var first = await ReadAsync(provider, new AuditRequest { Limit = 3 });
        var rest = await ReadAsync(provider, new AuditRequest { Limit = 3, PageToken = first.NextToken });

        first.Error.ShouldBeNull();
        first.Entries.Select(e => $"{e.Action} {e.Target} {e.Outcome}").ShouldBe([$"delete {type}.t success", $"create {type}.broken failure", $"create {type}.t success"]);
        first.Entries[1].Details["engine_code"]!.GetValue<string>().ShouldBe(engineCode);
        rest.Entries.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            e => e.Target.ShouldBe($"{type}.it's"), e => e.Actor.ShouldBe(Environment.UserName), e => e.Timestamp.ShouldBeInRange(moment.AddMinutes(-5), moment));
        rest.HasMore.ShouldBeFalse();
        (await ReadAsync(provider, new AuditRequest { Since = moment, Outcome = "success" })).Entries.ShouldHaveSingleItem().Action.ShouldBe("delete");
        (await ReadAsync(provider, new AuditRequest { Until = moment, ResourceType = "table", Name = "t", Action = "create" })).Entries.Count.ShouldBe(1);
        (await ReadAsync(provider, new AuditRequest { Actor = "' OR 1 = 1 --" })).Entries.ShouldBeEmpty();
    }

    /// <param name="config">JSON.</param>
    public static Task<CreateResourceResponse> TryCreateAsync(CalledProvider provider, string type, string name, string config) =>
        provider.CallAsync<CreateResourceRequest, CreateResourceResponse>(
            FunctionNames.CreateResource, new CreateResourceRequest { ResourceType = type, Name = name, Config = JsonNode.Parse(config)!.AsObject() });

    public static Task<AuditResponse> ReadAsync(CalledProvider provider, AuditRequest request) =>
        provider.CallAsync<AuditRequest, AuditResponse>(FunctionNames.GetAuditLog, request);
}
