using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.Mongo.Tests.Properties;

/// <summary>Collections with and without validators, validators apart, indexes of every kind that DocumentDB has, views on collections and on views.</summary>
internal sealed class RandomSchema(int seed)
{
    private readonly Chance _chance = new(seed);
    private readonly List<Piece> _pieces = [];

    public IReadOnlyList<Piece> Build()
    {
        for (var at = 0; at < 5; at++)
        {
            if (_chance.OneIn(4))
            {
                continue;
            }

            var validator = _chance.Below(3);
            var collection = new JsonObject();
            if (validator == 0)
            {
                Validate(collection);
            }

            Add("collection", $"c{at}", collection);
            if (validator == 1)
            {
                Validate(Add("validation", $"r{at}", new JsonObject { ["collection"] = $"c{at}" }, $"c{at}"));
            }

            for (var index = 0; index < _chance.Below(4); index++)
            {
                Index($"c{at}", $"i{index}");
            }

            if (_chance.OneIn(2))
            {
                View($"v{at}", $"c{at}");
            }
        }

        return Piece.Sound(_pieces);
    }

    private void Validate(JsonObject config)
    {
        config["validator"] = _chance.OneIn(2)
            ? new JsonObject { ["a"] = new JsonObject { [_chance.Pick("$gt", "$lte")] = _chance.Below(9) } }
            : JsonNode.Parse($$$$$"""{"$jsonSchema":{"bsonType":"object","required":["{{{{{_chance.Pick("a", "b")}}}}}"],"properties":{"b":{"bsonType":["string","null"]},"a":{"minimum":{{{{{_chance.Below(9)}}}}}}}}}""");
        if (_chance.OneIn(3))
        {
            config["validation_action"] = _chance.Pick("warn", "error");
        }

        if (_chance.OneIn(3))
        {
            config["validation_level"] = _chance.Pick("moderate", "strict", "off");
        }
    }

    /// <summary>Each begins with a field of its own: a server has no two indexes of one collection with the same keys.</summary>
    private void Index(string collection, string name)
    {
        var own = $"{name}_{_chance.Below(2)}";
        var config = new JsonObject { ["name"] = name, ["collection"] = collection };
        switch (_chance.Below(6))
        {
            case 0:
                config["keys"] = new JsonArray(new JsonObject { ["field"] = own, ["kind"] = _chance.Pick("hashed", "2dsphere") });
                break;
            case 1:
                config["keys"] = new JsonArray(own);
                config["expire_after_seconds"] = 60 + _chance.Below(3);
                break;
            default:
                config["keys"] = Chance.Texts([own, .. _chance.OneIn(2) ? new[] { _chance.Pick("-x", "y.z") } : []]);
                if (_chance.OneIn(3))
                {
                    config["partial_filter"] = new JsonObject { ["x"] = new JsonObject { ["$gt"] = _chance.Below(4) } };
                }
                else if (_chance.OneIn(4))
                {
                    config["sparse"] = true;
                }

                break;
        }

        if (_chance.OneIn(5) && config["keys"]![0] is JsonValue)
        {
            config["unique"] = true;
        }

        Add("index", $"{collection}_{name}", config, collection);
    }

    private void View(string name, string collection)
    {
        var from = _pieces.LastOrDefault(p => p.Resource.Type == "mongo_view")?.Resource.Name;
        var source = from is not null && _chance.OneIn(3) ? from : collection;
        Add("view", name, new JsonObject { ["collection"] = source, ["pipeline"] = JsonNode.Parse($$$$$"""[{"$match":{"a":{"$gte":{{{{{_chance.Below(5)}}}}}}}},{"$sort":{"b":1,"a":-1}}]""") }, source);
    }

    private JsonObject Add(string type, string name, JsonObject config, params string[] needs)
    {
        _pieces.Add(new Piece(new DesiredResource { Type = "mongo_" + type, Name = name, Config = config }, [name], needs));
        return config;
    }
}
