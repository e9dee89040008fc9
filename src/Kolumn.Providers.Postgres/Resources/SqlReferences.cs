using Kolumn.Providers.Postgres.Resources.Roles;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Providers.Postgres.Resources.Sequences;
using Kolumn.Providers.Postgres.Resources.Tables;
using Kolumn.Providers.Postgres.Resources.Types;
using Kolumn.Providers.Postgres.Resources.Views;
using Kolumn.Providers.Postgres.Sql;
using Kolumn.Sdk;

namespace Kolumn.Providers.Postgres.Resources;

/// <summary>What a piece of SQL or a type may need, as objects of this provider. Those that no plan knows are nobody's dependency.</summary>
internal static class SqlReferences
{
    private static readonly string[] Relations = [TableResource.Type, ViewResource.Type, MaterializedViewResource.Type, PartitionResource.Type];

    private static readonly string[] Routines = [RoutineResource.Function, RoutineResource.Procedure];
    private static readonly string[] Sequences = [SequenceResource.Type];
    private static readonly string[] Types = [TypeResource.Type, .. Relations];

    /// <param name="sql">null needs nothing.</param>
    public static IEnumerable<ObjectReference> In(string? sql) =>
        SqlMentions.In(sql).Where(mention => !IsOwnType(mention)).SelectMany(mention => TypesOf(mention.Kind).Select(type => new ObjectReference(type, mention.Name.ToString())));

    /// <summary>A relation, whatever its kind.</summary>
    public static IEnumerable<ObjectReference> ToRelation(string identity) => Relations.Select(type => new ObjectReference(type, identity));

    /// <summary>A role, under whichever of its names.</summary>
    public static IEnumerable<ObjectReference> ToRole(string name) => RoleResource.Types.Select(type => new ObjectReference(type, name));

    /// <summary>A type, which may be that of a relation's rows; nothing for one of the server's own.</summary>
    public static IEnumerable<ObjectReference> ToType(string? type) =>
        PostgresType.NameOf(type) is { } name ? TypesOf(SqlMentions.Kind.Type).Select(kind => new ObjectReference(kind, name.ToString())) : [];

    private static bool IsOwnType(SqlMentions.Mention mention) =>
        mention.Kind == SqlMentions.Kind.Type && mention.Name.Schema == QualifiedName.DefaultSchema && PostgresType.IsOwn(mention.Name.Name);

    private static string[] TypesOf(SqlMentions.Kind kind) => kind switch
    {
        SqlMentions.Kind.Relation => Relations,
        SqlMentions.Kind.Function => Routines,
        SqlMentions.Kind.Sequence => Sequences,
        _ => Types,
    };
}
