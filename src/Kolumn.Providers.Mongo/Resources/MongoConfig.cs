using System.Text.Json.Nodes;
using Kolumn.Protocol;
using Kolumn.Sdk;
using Kolumn.Sdk.Resources;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Mongo.Resources;

/// <summary>How configurations of this provider are read.</summary>
internal static class MongoConfig
{
    /// <summary>Names are values in a command, so that nearly every text is one.</summary>
    public static SqlDialect Names { get; } = new() { Name = "MongoDB", MaxIdentifierLength = 255, IdentifierUnit = IdentifierUnit.Bytes };

    public static ConfigReader Reader(JsonObject config, DescribeContext context) => new(config, AttributePath.Root, context, Names);
}
