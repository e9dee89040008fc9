using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Routines;
using static Kolumn.Sdk.Resources.Attributes;

namespace Kolumn.Providers.Postgres.Resources.Databases;

/// <summary>What a user may write about a database, and what it describes.</summary>
internal static class DatabaseResource
{
    public const string Type = "database";

    private static readonly string[] LocaleProviders = ["libc", "icu", "builtin"];

    public static ObjectType Schema { get; } = new()
    {
        Attributes = new Dictionary<string, AttributeSchema>
        {
            ["name"] = Text("The database's name, unique on the server; taken literally.", required: true),
            ["template"] = Reference("The database that a new one is copied from. Default: template1, or template0 where encoding or locale are given.", [Type]),
            ["encoding"] = Text("The character encoding, such as UTF8. Left out, it stays; a new one has its template's. Another one is another database."),
            ["locale"] = Text("lc_collate and lc_ctype in one."),
            ["lc_collate"] = Text("The order of texts. Another one is another database."),
            ["lc_ctype"] = Text("The classes of characters. Another one is another database."),
            ["locale_provider"] = OneOf("Whose order and classes they are (PostgreSQL 15 and later). Another one is another database.", LocaleProviders),
            ["provider_locale"] = Text("The locale of the provider icu or builtin, such as en-US."),
            ["tablespace"] = Text("Where its objects are stored. Left out, it stays where it is."),
            ["connection_limit"] = Number("At most so many sessions at a time. Left out, there is no limit."),
            ["allow_connections"] = Flag("Whether anybody may connect.", standard: true),
            ["is_template"] = Flag("Whether everybody who may create databases may copy it."),
            ["set"] = new AttributeSchema { Type = AttributeTypes.Map, Description = "Settings of all sessions in it, such as search_path." },
            ["comment"] = Text("Description stored with the database."),
            ["owner"] = RoleResource.Owner,
            ["made_from"] = Computed(AttributeTypes.String, "The template that it is copied from when it is made."),
        },
    };

    public static DatabaseDefinition Describe(ConfigReader reader)
    {
        var locale = reader.Text("locale");
        if (locale is not null && (reader.Has("lc_collate") || reader.Has("lc_ctype")))
        {
            reader.Invalid("locale", "locale stands for lc_collate and lc_ctype, which are here too", "Write either of the two.");
        }

        var provider = reader.Choice("locale_provider", LocaleProviders);
        if (reader.Has("provider_locale") != (provider is "icu" or "builtin"))
        {
            reader.Invalid("provider_locale", "provider_locale goes with locale_provider = \"icu\" or \"builtin\", and they with it");
        }

        return new DatabaseDefinition
        {
            Name = reader.Name("name") ?? "",
            MadeFrom = reader.Has("template") ? reader.Named("template") : null,
            Encoding = reader.Text("encoding"),
            LcCollate = reader.Text("lc_collate") ?? locale,
            LcCtype = reader.Text("lc_ctype") ?? locale,
            LocaleProvider = provider,
            ProviderLocale = reader.Text("provider_locale"),
            Tablespace = reader.Name("tablespace", required: false),
            ConnectionLimit = RoleResource.ConnectionLimit(reader),
            AllowConnections = reader.Flag("allow_connections") == false ? false : null,
            IsTemplate = reader.Flag("is_template") ?? false,
            Set = RoutineSettings.Describe(reader, "set"),
            Comment = reader.Comment(),
            Owner = reader.Owner(),
        };
    }

    public static JsonObject ToConfig(JsonObject config)
    {
        config.Remove("invalid");
        config.Remove("made_from", out var template);
        if (template is not null)
        {
            config["template"] = template;
        }

        // What every server has stands for nothing that somebody wanted.
        foreach (var (attribute, usual) in (ReadOnlySpan<(string, string)>)[("tablespace", "pg_default"), ("locale_provider", "libc")])
        {
            if ((string?)config[attribute] == usual)
            {
                config.Remove(attribute);
            }
        }

        if ((string?)config["lc_collate"] is { } collate && collate == (string?)config["lc_ctype"])
        {
            config.Remove("lc_collate");
            config.Remove("lc_ctype");
            config["locale"] = collate;
        }

        return config;
    }
}
