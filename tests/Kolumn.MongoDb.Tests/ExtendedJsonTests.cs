using System.Text.Json.Nodes;
using Kolumn.MongoDb.Internal;
using Kolumn.Testing;

namespace Kolumn.MongoDb.Tests;

/// <summary>What is sent is what comes back: JSON to BSON is ours, BSON to JSON the driver's.</summary>
public sealed class ExtendedJsonTests(MongoDatabases databases)
{
    [Theory]
    [InlineData("""{"a":{"$type":["string","null"]}}""")]
    [InlineData("""{"a":{"$type":2}}""")]
    [InlineData("""{"a":{"$regex":"^x"}}""")]
    [InlineData("""{"a":{"$regex":"^x","$options":"i"}}""")]
    [InlineData("""{"a":{"$binary":"no base64"}}""")]
    [InlineData("""{"a":{"$timestamp":1}}""")]
    [InlineData("""{"$oid":5,"b":null,"c":[true,false,{}],"d":[[]]}""")]
    [InlineData("""{"a":{"$oid":"5f0000000000000000000001"}}""")]
    [InlineData("""{"a":{"$date":"2026-01-02T03:04:05.678Z"}}""")]
    [InlineData("""{"a":{"$binary":{"base64":"AQID","subType":"00"}}}""")]
    [InlineData("""{"a":{"$regularExpression":{"pattern":"^a","options":"im"}}}""")]
    [InlineData("""{"a":{"$timestamp":{"t":7,"i":8}}}""")]
    [InlineData("""{"a":{"$numberDecimal":"1.50"}}""")]
    [InlineData("""{"a":{"$minKey":1},"b":{"$maxKey":1},"c":{"$code":"f()"},"d":{"$code":"f()","$scope":{"x":1}}}""")]
    [InlineData("""{"a":1.0,"b":0.5,"c":-3,"d":5000000000}""")]
    [InlineData("""{"ä":"ö\u0000\"\\","":1}""")]
    public void Document_ThereAndBack_IsTheSame(string json)
    {
        _ = databases.ServerUrl;

        ThereAndBack(json).ShouldBe(JsonNode.Parse(json)!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"a":{"$numberInt":"5"}}""", """{"a":5}""")]
    [InlineData("""{"a":{"$numberLong":"5"}}""", """{"a":5}""")]
    [InlineData("""{"a":{"$numberDouble":"5"}}""", """{"a":5.0}""")]
    [InlineData("""{"a":{"$numberDouble":"-Infinity"}}""", """{"a":{"$numberDouble":"-Infinity"}}""")]
    [InlineData("""{"a":{"$date":{"$numberLong":"0"}}}""", """{"a":{"$date":"1970-01-01T00:00:00Z"}}""")]
    [InlineData("""{"a":{"$uuid":"00112233-4455-6677-8899-aabbccddeeff"}}""", """{"a":{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}}}""")]
    public void Document_InAnotherSpelling_ComesBackRelaxed(string json, string relaxed)
    {
        _ = databases.ServerUrl;

        ThereAndBack(json).ShouldBe(relaxed);
    }

    [Fact]
    public void Name_WithANul_IsRefusedByName()
    {
        var refusal = Should.Throw<MongoException>(() => BsonEncoder.Encode(new JsonObject { ["a\0b"] = 1 }));

        refusal.Failure.ShouldBe(MongoFailure.Input);
        refusal.Message.ShouldBe("this cannot be sent to MongoDB: the name \"a\\0b\" contains a NUL character");
    }

    [Fact]
    public void Document_NestedTooDeep_IsRefused()
    {
        var json = new JsonObject();
        for (var depth = 0; depth < 150; depth++)
        {
            json = new JsonObject { ["a"] = json };
        }

        Should.Throw<MongoException>(() => BsonEncoder.Encode(json)).Failure.ShouldBe(MongoFailure.Input);
    }

    private static unsafe string ThereAndBack(string json)
    {
        NativeLibraries.Require();
        fixed (byte* bytes = BsonEncoder.Encode((JsonObject)JsonNode.Parse(json)!))
        {
            var bson = NativeMethods.NewBson(bytes, *(uint*)bytes);
            try
            {
                return NativeDocument.Read((void*)bson).ToJsonString(new System.Text.Json.JsonSerializerOptions { TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver() });
            }
            finally
            {
                NativeMethods.DestroyBson((void*)bson);
            }
        }
    }
}
