using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Kolumn.Providers.Postgres.Resources.Privileges;

/// <summary>What a role may do with something.</summary>
internal abstract record Rights
{
    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Privileges { get; init => field = value ?? []; } = [];

    /// <summary>Those of them that it may pass on, sorted.</summary>
    public IReadOnlyList<string> WithGrantOption { get; init => field = value ?? []; } = [];
}

/// <summary>Rights of one role on one thing, which is there in a standard form although nobody has granted or revoked anything.</summary>
internal abstract record GrantedRights : Rights
{
    /// <summary>A role's name, or <see cref="AclItem.Everybody"/>.</summary>
    public required string To { get; init; }

    /// <summary>Those that the role has before anybody grants or revokes, sorted. Read, and known of everybody.</summary>
    public IReadOnlyList<string> Standard { get; init => field = value ?? []; } = [];

    [JsonIgnore]
    public virtual bool IsStandard => WithGrantOption.Count == 0 && Privileges.SequenceEqual(Standard);

    /// <summary>For a configuration, which is shorter and says it when there are none.</summary>
    public static JsonObject ToConfig(JsonObject config)
    {
        config.Remove("standard");
        Shorten(config);
        foreach (var column in config["columns"]?.AsArray() ?? [])
        {
            Shorten(column!.AsObject());
        }

        return config;
    }

    private static void Shorten(JsonObject rights)
    {
        rights["privileges"] ??= new JsonArray();
        if (rights["with_grant_option"] is JsonArray grantable && JsonNode.DeepEquals(grantable, rights["privileges"]))
        {
            rights["with_grant_option"] = true;
        }
    }
}
