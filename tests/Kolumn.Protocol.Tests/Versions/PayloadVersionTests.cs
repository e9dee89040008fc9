using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kolumn.Protocol.Json;
using Kolumn.Protocol.Payloads;
using Kolumn.Testing;

namespace Kolumn.Protocol.Tests.Versions;

/// <summary>Every payload between a host and a provider of which one is older: what the other one knows and this one does not, and the other way round.</summary>
public sealed class PayloadVersionTests
{
    public static TheoryData<Type> Payloads => [.. WireShape.Roots];

    [Fact]
    public void ApprovedShape_OfEveryPayload_IsThatOfTheCode() => ApprovedText.ShouldBe("protos/kolumn/provider/v1/payloads.txt", WireShape.Lines(), (gone, added) =>
        gone.Count > 0 || added.Any(l => l.EndsWith(", required", StringComparison.Ordinal))
            ? "A line that is gone, or a new one that is required, breaks every host and provider of this protocol version: keep the old member beside the new one, or begin another protocol version (docs/protocol.md, Versions)."
            : "Members that are added are no breach of the protocol: a side that does not know them ignores them.");

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Read_PayloadOfALaterVersion_SaysWhatTheKnownMembersSay(Type type)
    {
        var known = WireShape.Sample(type, later: false);

        var read = RoundTrip(type, WireShape.Sample(type, later: true));

        CanonicalJson.AreEqual(read, known).ShouldBeTrue($"{known.ToJsonString()}\n{read.ToJsonString()}");
    }

    /// <summary>A side of an earlier version does not send a member, or sends null for it as Go does.</summary>
    [Theory]
    [MemberData(nameof(Payloads))]
    public void Read_PayloadOfAnEarlierVersion_LacksNothingThatIsNotRequired(Type type)
    {
        foreach (var (path, isRequired, mayBeNull) in Places(type, []))
        {
            var (absent, empty) = (WireShape.Sample(type, later: false), WireShape.Sample(type, later: false));
            var holder = Holder(absent, path);
            holder.Remove(path[^1]).ShouldBeTrue(string.Join('.', path));
            Holder(empty, path)[path[^1]] = null;

            Reads(type, absent).ShouldBe(!isRequired, $"{type.Name} without {string.Join('.', path)}");
            Reads(type, empty).ShouldBe(mayBeNull, $"{type.Name} with null for {string.Join('.', path)}");
        }
    }

    private static bool Reads(Type type, JsonNode payload)
    {
        try
        {
            RoundTrip(type, payload);
            return true;
        }
        catch (TargetInvocationException refused) when (refused.InnerException is JsonException)
        {
            return false;
        }
    }

    private static JsonNode RoundTrip(Type type, JsonNode payload)
    {
        var read = typeof(PayloadJson).GetMethod(nameof(PayloadJson.FromNode))!.MakeGenericMethod(type).Invoke(null, [payload]);
        return (JsonNode)typeof(PayloadJson).GetMethod(nameof(PayloadJson.ToNode))!.MakeGenericMethod(type).Invoke(null, [read])!;
    }

    /// <summary>Every member of every object in a payload that the contract describes; what is inside a configuration is not its business.</summary>
    private static IEnumerable<(string[] Path, bool IsRequired, bool MayBeNull)> Places(Type type, string[] above)
    {
        if (above.Length > 4)
        {
            yield break;
        }

        foreach (var member in WireShape.MembersOf(type))
        {
            string[] path = [.. above, member.Name];
            yield return (path, member.IsRequired, !member.PropertyType.IsValueType || Nullable.GetUnderlyingType(member.PropertyType) is not null);
            if (WireShape.Innermost(member.PropertyType) is var inner && WireShape.IsRecord(inner) && inner != type)
            {
                foreach (var place in Places(inner, WireShape.ElementOf(member.PropertyType) is null ? path : [.. path, "*"]))
                {
                    yield return place;
                }
            }
        }
    }

    /// <summary><c>*</c> is the one element of a list or map.</summary>
    private static JsonObject Holder(JsonNode root, string[] path) => (JsonObject)path[..^1].Aggregate(root, (node, step) => step != "*" ? node[step]! : node is JsonArray list ? list[0]! : node.AsObject().First().Value!);
}
