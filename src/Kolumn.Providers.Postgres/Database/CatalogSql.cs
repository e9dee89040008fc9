using System.Collections.Concurrent;
using System.Reflection;

namespace Kolumn.Providers.Postgres.Database;

/// <summary>The catalog queries, which lie as .sql files beside this one and travel inside the assembly.</summary>
internal static class CatalogSql
{
    private static readonly ConcurrentDictionary<string, string> Texts = new(StringComparer.Ordinal);

    public static string Roles => Text("roles");

    public static string Memberships => Text("memberships");

    public static string MembershipsBefore16 => Text("memberships_before_16");

    public static string RoleSettings => Text("role_settings");

    public static string Databases => Text("databases");

    public static string Grants => Text("grants");

    public static string DefaultPrivileges => Text("default_privileges");

    public static string Schemas => Text("schemas");

    public static string Extensions => Text("extensions");

    public static string Types => Text("types");

    public static string TypeAttributes => Text("type_attributes");

    public static string TypeChecks => Text("type_checks");

    public static string Sequences => Text("sequences");

    public static string Tables => Text("tables");

    public static string TableLeftovers => Text("table_leftovers");

    public static string Columns => Text("columns");

    public static string Constraints => Text("constraints");

    public static string Indexes => Text("indexes");

    public static string IndexColumns => Text("index_columns");

    public static string Routines => Text("routines");

    public static string Partitions => Text("partitions");

    public static string Policies => Text("policies");

    public static string Publications => Text("publications");

    public static string PublicationTables => Text("publication_tables");

    public static string PublicationTablesBefore15 => Text("publication_tables_before_15");

    public static string PublicationSchemas => Text("publication_schemas");

    public static string Unsupported => Text("unsupported");

    public static string Triggers => Text("triggers");

    public static string Views => Text("views");

    private static string Text(string name) => Texts.GetOrAdd(name, static name =>
    {
        var resource = $"{typeof(CatalogSql).Namespace}.Catalog.{name}.sql";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    });
}
