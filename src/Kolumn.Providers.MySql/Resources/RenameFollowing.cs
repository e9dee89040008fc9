using System.Text;
using System.Text.Json.Nodes;
using Kolumn.Providers.MySql.Database;
using Kolumn.Providers.MySql.Resources.Accounts;
using Kolumn.Providers.MySql.Resources.Indexes;
using Kolumn.Providers.MySql.Resources.Privileges;
using Kolumn.Providers.MySql.Resources.Programs;
using Kolumn.Providers.MySql.Resources.Tables;
using Kolumn.Providers.MySql.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.MySql.Resources;

/// <summary>
/// What the server reports after a renaming: keys and indexes follow, foreign keys of others and expressions of the same table too. The texts of views do not: a
/// view that the configuration describes under the new names is replaced.
/// </summary>
internal sealed class RenameFollowing : IRenameFollower<MySqlSession>
{
    public Task<IReadOnlyDictionary<ObjectReference, JsonObject>> FollowAsync(
        MySqlSession session,
        IReadOnlyList<Renaming> renamings,
        IReadOnlyList<Statement> statements,
        IReadOnlyDictionary<ObjectReference, JsonObject> definitions,
        CancellationToken cancellationToken)
    {
        var followed = new Dictionary<ObjectReference, JsonObject>(definitions.Count);
        foreach (var (reference, definition) in definitions)
        {
            var now = renamings.Aggregate(definition, (current, renaming) => reference.Type switch
            {
                TableResource.Type => InTable(current, renaming),
                IndexResource.Type => InIndex(current, renaming),
                TriggerHandler.Type => InTrigger(current, renaming),
                GrantResource.Type => InGrant(current, renaming),
                AccountResource.User => InUser(current, renaming),
                _ => Itself(reference.Type, current, renaming),
            });
            if (!JsonNode.DeepEquals(now, definition))
            {
                followed[reference] = now;
            }
        }

        return Task.FromResult<IReadOnlyDictionary<ObjectReference, JsonObject>>(followed);
    }

    private static JsonObject Itself(string type, JsonObject definition, Renaming renaming)
    {
        if (renaming.Part is not null || renaming.Object.Type != type || DefinitionJson.IdentityOf(definition) != renaming.Object.Identity)
        {
            return definition;
        }

        var renamed = (JsonObject)definition.DeepClone();
        renamed["name"] = renaming.To;
        return renamed;
    }

    private static JsonObject InTable(JsonObject definition, Renaming renaming)
    {
        if (renaming.Object.Type != TableResource.Type)
        {
            return definition;
        }

        var table = DefinitionJson.Format.Read<TableDefinition>(definition);
        var isItself = table.Identity.ToString() == renaming.Object.Identity;
        var referring = (ForeignKeyDefinition key) => key.References == renaming.Object.Identity;
        var renamed = renaming.Part is null
            ? table with
            {
                Name = isItself ? renaming.To : table.Name,
                ForeignKeys = [.. table.ForeignKeys.Select(key => referring(key) ? key with { References = Renamed(renaming) } : key)],
            }
            : (isItself ? WithColumn(table, renaming) : table) with
            {
                ForeignKeys =
                [
                    .. table.ForeignKeys.Select(key => key with
                    {
                        Columns = isItself ? Mapped(key.Columns, renaming) : key.Columns,
                        ReferencedColumns = referring(key) ? Mapped(key.ReferencedColumns, renaming) : key.ReferencedColumns,
                    }),
                ],
            };
        return DefinitionJson.Format.Write(renamed);
    }

    private static TableDefinition WithColumn(TableDefinition table, Renaming renaming)
    {
        KeyDefinition InKey(KeyDefinition key) => key with
        {
            Columns = Mapped(key.Columns, renaming),
            Lengths = key.Lengths?.ToDictionary(length => Mapped(length.Key, renaming), length => length.Value),
        };
        return table with
        {
            Columns = [.. table.Columns.Select(column => column with { Name = Mapped(column.Name, renaming), Generated = InSql(column.Generated, renaming), Check = InSql(column.Check, renaming) })],
            PrimaryKey = table.PrimaryKey is { } key ? InKey(key) : null,
            UniqueConstraints = [.. table.UniqueConstraints.Select(InKey)],
            Checks = [.. table.Checks.Select(check => check with { Expression = InSql(check.Expression, renaming)! })],
            PartitionBy = InSql(table.PartitionBy, renaming),
        };
    }

    private static JsonObject InIndex(JsonObject definition, Renaming renaming)
    {
        var index = DefinitionJson.Format.Read<IndexDefinition>(definition);
        var renamed = renaming.Object.Type switch
        {
            IndexResource.Type when $"{index.Table}.{DottedName.Show(index.Name)}" == renaming.Object.Identity => index with { Name = renaming.To },
            TableResource.Type when index.Table == renaming.Object.Identity => renaming.Part is null
                ? index with { Table = Renamed(renaming) }
                : index with { Columns = [.. index.Columns.Select(part => part with { Column = Mapped(part.Column, renaming) })] },
            _ => null,
        };
        return renamed is null ? definition : DefinitionJson.Format.Write(renamed);
    }

    private static JsonObject InTrigger(JsonObject definition, Renaming renaming)
    {
        if (renaming is not { Object.Type: TableResource.Type, Part: null } || (string?)definition["table"] != renaming.Object.Identity)
        {
            return definition;
        }

        var renamed = (JsonObject)definition.DeepClone();
        renamed["table"] = Renamed(renaming);
        return renamed;
    }

    private static JsonObject InUser(JsonObject definition, Renaming renaming)
    {
        var user = DefinitionJson.Format.Read<AccountDefinition>(definition);
        return renaming.Object.Type != AccountResource.User || user.Account(isRole: false).ToString() != renaming.Object.Identity ? definition : DefinitionJson.Format.Write(user with { Name = renaming.To });
    }

    /// <summary>The server keeps what a user has by the user's name, and renames it along; what it has on an object that is renamed stays with the object's old name.</summary>
    private static JsonObject InGrant(JsonObject definition, Renaming renaming)
    {
        if (renaming.Object.Type != AccountResource.User || (string?)definition["to"] != renaming.Object.Identity)
        {
            return definition;
        }

        var renamed = (JsonObject)definition.DeepClone();
        renamed["to"] = (MySqlAccount.Parse(renaming.Object.Identity) with { Name = renaming.To }).ToString();
        return renamed;
    }

    private static string Renamed(Renaming renaming) => (MySqlName.Parse(renaming.Object.Identity)!.Value with { Name = renaming.To }).ToString();

    private static string Mapped(string column, Renaming renaming) => column.Equals(renaming.From, StringComparison.OrdinalIgnoreCase) ? renaming.To : column;

    private static IReadOnlyList<string> Mapped(IReadOnlyList<string> columns, Renaming renaming) => [.. columns.Select(column => Mapped(column, renaming))];

    /// <summary>Names in an expression stand in backticks, as the server writes them.</summary>
    private static string? InSql(string? sql, Renaming renaming)
    {
        if (sql is null)
        {
            return null;
        }

        var renamed = new StringBuilder(sql);
        var named = SqlScanner.Scan(sql, SqlDialect.MySql).Where(token => token.Kind == SqlTokenKind.QuotedName && SqlNaming.ValueOf(token, sql).Equals(renaming.From, StringComparison.OrdinalIgnoreCase));
        foreach (var token in named.Reverse())
        {
            renamed.Remove(token.Start, token.End - token.Start).Insert(token.Start, MySqlName.Quote(renaming.To));
        }

        return renamed.ToString();
    }
}
