using System.Text.Json.Nodes;
using Kolumn.Protocol.Schema;
using Kolumn.Providers.Postgres.Database;
using Kolumn.Providers.Postgres.Resources.Privileges;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Types;

/// <summary>Enums, composite types and domains.</summary>
internal sealed class TypeHandler : NeededHandler<TypeDefinition>, IReusedInScratch
{
    public override string Description => "A type: an enum, a composite type or a domain.";

    public override ObjectType Schema => TypeResource.Schema;

    public override IReadOnlyCollection<string> RenamedParts { get; } = ["attributes"];

    protected override PrivilegeKind? Privileges => PrivilegeKind.Type;

    protected override string Type => TypeResource.Type;

    protected override TypeDefinition Describe(ConfigReader config) => TypeResource.Describe(config);

    protected override IEnumerable<ObjectReference> Needs(JsonObject definition)
    {
        var type = DefinitionJson.Read<TypeDefinition>(definition);
        return type.Attributes.Select(attribute => attribute.Type).Append(type.Base).SelectMany(SqlReferences.ToType)
            .Concat(type.Checks.Select(check => check.Expression).Append(type.Default).SelectMany(SqlReferences.In))
            .Where(reference => reference.Identity != type.Identity.ToString());
    }

    protected override Task<IReadOnlyList<TypeDefinition>> ReadAsync(
        PostgresSession session, IReadOnlyCollection<QualifiedName>? lookups, SchemaNames names, CancellationToken cancellationToken) =>
        TypeCatalog.ReadAsync(session, lookups, names, cancellationToken);

    protected override JsonObject ToConfig(TypeDefinition definition) => TypeResource.ToConfig(definition, base.ToConfig(definition));

    public override IReadOnlyList<Statement>? Rename(JsonObject definition, Renaming renaming) => renaming.Part is null
        ? base.Rename(definition, renaming)
        : [TypeSql.RenameAttribute(DefinitionJson.Read<TypeDefinition>(definition), renaming.From, renaming.To)];

    protected override IEnumerable<Statement> Create(TypeDefinition definition) => [TypeSql.Create(definition)];

    protected override IEnumerable<Statement>? Alter(TypeDefinition actual, TypeDefinition desired) => TypeChanges.Between(actual, desired);

    protected override TypeDefinition Complete(TypeDefinition spelled, TypeDefinition asked) => spelled with { Owner = asked.Owner, RenamedValues = asked.RenamedValues };
}
