using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Providers.Mongo.Resources.Collections;
using Kolumn.Providers.Mongo.Resources.Indexes;
using Kolumn.Providers.Mongo.Resources.Users;
using Kolumn.Providers.Mongo.Resources.Views;
using Kolumn.Sdk;

namespace Kolumn.Providers.Mongo.Tests;

/// <summary>
/// What DocumentDB has not: the commands as documents, and what mongod's manual says it reports, as definitions. No server has seen these;
/// docs/providers/mongo.md says so.
/// </summary>
public sealed class CommandDocumentTests
{
    [Theory]
    [InlineData("""{"name":"c","capped":true,"size":4096,"max":10}""", """{"create":"c","capped":true,"size":4096,"max":10}""")]
    [InlineData(
        """{"name":"c","time_series":{"time_field":"at","meta_field":"who","granularity":"minutes"},"expire_after_seconds":60}""",
        """{"create":"c","timeseries":{"timeField":"at","metaField":"who","granularity":"minutes"},"expireAfterSeconds":60}""")]
    [InlineData("""{"name":"c","clustered":true,"clustered_name":"byId"}""", """{"create":"c","clusteredIndex":{"key":{"_id":1},"unique":true,"name":"byId"}}""")]
    [InlineData("""{"name":"c","collation":{"locale":"de","strength":1,"case_level":true}}""", """{"create":"c","collation":{"locale":"de","strength":1,"caseLevel":true}}""")]
    [InlineData("""{"name":"c","pre_and_post_images":true}""", """{"create":"c","changeStreamPreAndPostImages":{"enabled":true}}""")]
    public void Create_Collection_IsOneCommand(string config, string command)
    {
        var handler = new CollectionHandler();

        handler.Create(Describe(handler, config)).Select(s => s.Text).ShouldBe([command]);
    }

    [Theory]
    [InlineData("""{"name":"c","capped":true,"size":4096}""", """{"name":"c","capped":true,"size":1024,"max":5}""", """{"collMod":"c","cappedSize":1024,"cappedMax":5}""", true)]
    [InlineData("""{"name":"c","pre_and_post_images":true}""", """{"name":"c"}""", """{"collMod":"c","changeStreamPreAndPostImages":{"enabled":false}}""", false)]
    [InlineData(
        """{"name":"c","time_series":{"time_field":"at"},"expire_after_seconds":60}""", """{"name":"c","time_series":{"time_field":"at","granularity":"hours"}}""",
        """{"collMod":"c","expireAfterSeconds":"off","timeseries":{"granularity":"hours"}}""", false)]
    public void Change_Collection_IsOneCollMod(string before, string after, string command, bool losesData)
    {
        var handler = new CollectionHandler();

        var change = handler.Alter(Describe(handler, before), Describe(handler, after)).ShouldNotBeNull().Single();

        change.Text.ShouldBe(command);
        change.Hazards.Any(h => h.Name == HazardNames.DataLoss).ShouldBe(losesData);
    }

    [Theory]
    [InlineData("""{"name":"c"}""", """{"name":"c","collation":{"locale":"de"}}""")]
    [InlineData("""{"name":"c","capped":true,"size":1}""", """{"name":"c"}""")]
    [InlineData("""{"name":"c","time_series":{"time_field":"at","granularity":"hours"}}""", """{"name":"c","time_series":{"time_field":"at"}}""")]
    [InlineData("""{"name":"c","time_series":{"time_field":"at"}}""", """{"name":"c","time_series":{"time_field":"when"}}""")]
    public void Change_WhatIsFixedWhenMade_NeedsANewCollection(string before, string after)
    {
        var handler = new CollectionHandler();

        handler.Alter(Describe(handler, before), Describe(handler, after)).ShouldBeNull();
    }

    // listCollections of the manual and of a mongod 7.0's documentation of each option.
    [Theory]
    [InlineData("""{"capped":true,"size":4096,"max":10}""", """{"name":"c","capped":true,"size":4096,"max":10}""")]
    [InlineData(
        """{"timeseries":{"timeField":"at","granularity":"seconds","bucketMaxSpanSeconds":3600},"expireAfterSeconds":60}""", """{"name":"c","time_series":{"time_field":"at"},"expire_after_seconds":60}""")]
    [InlineData(
        """{"timeseries":{"timeField":"at","bucketMaxSpanSeconds":300,"bucketRoundingSeconds":300}}""",
        """{"name":"c","time_series":{"time_field":"at","bucket_max_span_seconds":300,"bucket_rounding_seconds":300}}""")]
    [InlineData("""{"clusteredIndex":{"v":2,"key":{"_id":1},"name":"byId","unique":true}}""", """{"name":"c","clustered":true,"clustered_name":"byId"}""")]
    [InlineData(
        """{"collation":{"locale":"de","caseLevel":false,"caseFirst":"off","strength":1,"numericOrdering":false,"alternate":"non-ignorable","maxVariable":"punct","normalization":false,"backwards":false,"version":"57.1"}}""",
        """{"name":"c","collation":{"locale":"de","strength":1}}""")]
    [InlineData("""{"changeStreamPreAndPostImages":{"enabled":true}}""", """{"name":"c","pre_and_post_images":true}""")]
    public void Read_Collection_IsWhatAConfigurationOfItDescribes(string options, string definition)
    {
        var handler = new CollectionHandler();

        var read = CollectionCatalog.Read(new JsonObject { ["name"] = "c", ["type"] = "collection", ["options"] = JsonNode.Parse(options) });

        read.ToJsonString().ShouldBe(definition);
        JsonNode.DeepEquals(Describe(handler, handler.ToConfig(read).ToJsonString()), read).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"name":"i","collection":"c","keys":["a"],"hidden":true}""", """{"key":{"a":1},"name":"i","hidden":true}""")]
    [InlineData("""{"name":"i","collection":"c","keys":["a"],"collation":{"locale":"en","strength":2}}""", """{"key":{"a":1},"name":"i","collation":{"locale":"en","strength":2}}""")]
    [InlineData("""{"name":"i","collection":"c","keys":[{"field":"p","kind":"2d"}],"bits":20,"min":-10,"max_value":10}""", """{"key":{"p":"2d"},"name":"i","bits":20,"min":-10,"max":10}""")]
    public void Create_Index_IsOneCommand(string config, string index)
    {
        var handler = new IndexHandler();

        handler.Create(Describe(handler, config)).Select(s => s.Text).ShouldBe([$$"""{"createIndexes":"c","indexes":[{{index}}]}"""]);
    }

    [Theory]
    [InlineData(
        """{"v":2,"key":{"a":1},"name":"i","collation":{"locale":"en","caseLevel":false,"caseFirst":"off","strength":2,"numericOrdering":false,"alternate":"non-ignorable","maxVariable":"punct","normalization":false,"backwards":false,"version":"57.1"}}""",
        """{"name":"i","collection":"c","keys":[{"field":"a","kind":"asc"}],"collation":{"locale":"en","strength":2}}""")]
    [InlineData("""{"v":2,"key":{"p":"2d"},"name":"i","bits":26,"min":-180.0,"max":180.0}""", """{"name":"i","collection":"c","keys":[{"field":"p","kind":"2d"}]}""")]
    [InlineData(
        """{"v":2,"key":{"x":-1.0,"_fts":"text","_ftsx":1},"name":"i","weights":{"body":1,"title":5},"default_language":"english","language_override":"language","textIndexVersion":3}""",
        """{"name":"i","collection":"c","keys":[{"field":"x","kind":"desc"},{"field":"body","kind":"text"},{"field":"title","kind":"text"}],"weights":{"title":5}}""")]
    public void Read_Index_IsWhatAConfigurationOfItDescribes(string entry, string definition)
    {
        var handler = new IndexHandler();

        var read = IndexDefinition.Read("c", (JsonObject)JsonNode.Parse(entry)!);

        read.ToJsonString().ShouldBe(definition);
        JsonNode.DeepEquals(Describe(handler, handler.ToConfig(read).ToJsonString()), read).ShouldBeTrue();
    }

    [Fact]
    public void Create_RoleWithPrivileges_NamesTheProvidersDatabaseByItsPlace()
    {
        var handler = new RoleHandler();
        var role = Describe(handler, """{"name":"r","privileges":[{"collection":"orders","actions":["update","find"]},{"cluster":true,"actions":["serverStatus"]}],"roles":["read"]}""");

        handler.Create(role).Single().Text.ShouldBe(
            """{"createRole":"r","privileges":[{"resource":{"db":"<database>","collection":"orders"},"actions":["find","update"]},{"resource":{"cluster":true},"actions":["serverStatus"]}],"roles":["read"]}""");
    }

    [Fact]
    public void Create_ViewWithCollation_IsOneCommand()
    {
        var handler = new ViewHandler();

        handler.Create(Describe(handler, """{"name":"v","collection":"c","pipeline":[{"$limit":1}],"collation":{"locale":"de"}}""")).Single().Text.ShouldBe(
            """{"create":"v","viewOn":"c","pipeline":[{"$limit":1}],"collation":{"locale":"de"}}""");
    }

    private static JsonObject Describe(ICreateHandler handler, string config)
    {
        var context = new DescribeContext(new ResourceAddress("mongo_x", "x"), _ => null);
        var definition = handler.Describe((JsonObject)JsonNode.Parse(config)!, context);
        context.Diagnostics.ShouldBeEmpty();
        return definition;
    }
}
