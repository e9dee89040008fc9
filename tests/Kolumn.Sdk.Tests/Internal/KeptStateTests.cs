using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Sdk.Internal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kolumn.Sdk.Tests.Internal;

public sealed class KeptStateTests
{
    private readonly KeptState _state = new("folder", TimeProvider.System, NullLogger.Instance);

    [Fact]
    public void Get_BeforeSet_IsEmptyAndNotNull()
    {
        var answer = _state.Get();

        answer.Success.ShouldBeTrue();
        answer.State!.ShouldSatisfyAllConditions(s => s.Version.ShouldBe("1.0.0"), s => s.Provider.ShouldBe("folder"), s => s.Resources.ShouldBeEmpty());
    }

    [Fact]
    public void Set_Null_IsRefused() => _state.Set(new SetStateRequest()).ShouldSatisfyAllConditions(
        a => a.Success.ShouldBeFalse(), a => a.Code.ShouldBe(DiagnosticCodes.Validation), a => a.Error!.ShouldStartWith("the state is missing"));

    [Theory]
    [InlineData("1.10.0", "1.9.0", "state version conflict")]
    [InlineData("1.9.0", "1.10.0", null)]
    [InlineData("1.2.0", "2.0.0", "state version 2.0.0 cannot be read")]
    [InlineData("1.2.0", "0.9.0", "state version 0.9.0 cannot be read")]
    [InlineData("1.2.0", "latest", "\"latest\" is not a state version")]
    [InlineData("1.2.0", "", "\"\" is not a state version")]
    public void Set_Version_IsComparedByNumber(string first, string second, string? error)
    {
        Set(first, null, null).Success.ShouldBeTrue();

        var answer = Set(second, null, null);

        answer.Success.ShouldBe(error is null);
        (answer.Error ?? "").ShouldStartWith(error ?? "");
        _state.Get().State!.Version.ShouldBe(error is null ? second : first);
    }

    [Theory]
    [InlineData(4, "l", true)]
    [InlineData(3, "l", true)]
    [InlineData(2, "l", false)]
    [InlineData(9, "other", false)]
    [InlineData(null, null, true)]
    public void Set_Serial_LocksOutTheSlowerWriter(int? serial, string? lineage, bool accepted)
    {
        Set("1.0.0", 3, "l").Success.ShouldBeTrue();

        var answer = Set("1.0.0", serial, lineage);

        answer.Success.ShouldBe(accepted, answer.Error);
        if (!accepted)
        {
            answer.Error!.ShouldContain("state version conflict");
            answer.Details!["reason"]!.GetValue<string>().ShouldBe("STATE_VERSION_CONFLICT");
        }
    }

    [Fact]
    public void Set_SameSerialOtherContents_IsAConflict()
    {
        Set("1.0.0", 3, "l").Success.ShouldBeTrue();

        _state.Set(new SetStateRequest { State = Make("1.0.0", 3, "l") with { Resources = [new ResourceInstance { Type = "t", Name = "n" }] } })
            .Error!.ShouldStartWith("state version conflict");
    }

    [Fact]
    public void Record_Changes_UpdateTheStateAndItsSerial()
    {
        var made = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);
        _state.Set(new SetStateRequest
        {
            State = Make("1.0.0", 7, "l") with
            {
                Resources = [new ResourceInstance { Type = "t", Name = "old", Provider = "folder.main", CreatedAt = made }, new ResourceInstance { Type = "t", Name = "gone" }],
            },
        });

        _state.Record(new Dictionary<string, ResourceInstance?>
        {
            ["t.old"] = new() { Type = "t", Name = "old", State = new JsonObject { ["x"] = 1 } },
            ["t.gone"] = null,
            ["t.new"] = new() { Type = "t", Name = "new" },
        }, type => type);

        var state = _state.Get().State!;
        state.Metadata!["serial"]!.GetValue<int>().ShouldBe(8);
        state.Resources.Select(r => $"{r.Address} {r.Provider} {r.State.ToJsonString()}").ShouldBe(["t.old folder.main {\"x\":1}", "t.new folder {}"]);
        state.Resources[0].CreatedAt.ShouldBe(made);
        state.Resources[0].UpdatedAt.ShouldBeGreaterThan(made);
        Set("1.0.0", 7, "l").Success.ShouldBeFalse();
        Set("1.0.0", 9, "l").Success.ShouldBeTrue();
    }

    private SetStateResponse Set(string version, int? serial, string? lineage) => _state.Set(new SetStateRequest { State = Make(version, serial, lineage) });

    private static ProviderState Make(string version, int? serial, string? lineage)
    {
        var metadata = new JsonObject();
        if (serial is not null)
        {
            metadata["serial"] = serial;
        }

        if (lineage is not null)
        {
            metadata["lineage"] = lineage;
        }

        return new ProviderState { Version = version, Provider = "folder", Metadata = metadata };
    }
}
