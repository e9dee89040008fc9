using System.Globalization;
using Kolumn.Protocol.Payloads;
using Kolumn.Providers.Postgres.Resources.Routines;
using Kolumn.Sdk;
using Kolumn.Sdk.Sql;

namespace Kolumn.Providers.Postgres.Resources.Databases;

/// <summary>Databases as SQL: PostgreSQL manual, CREATE DATABASE, ALTER DATABASE and DROP DATABASE.</summary>
internal static class DatabaseSql
{
    /// <summary>The template that anything can be made from, because nothing in it depends on encoding or locale.</summary>
    private const string Neutral = "template0";

    public static IEnumerable<Statement> Create(DatabaseDefinition database)
    {
        var isOtherwise = database is not { Encoding: null, LcCollate: null, LcCtype: null, LocaleProvider: null };
        string?[] options =
        [
            (database.MadeFrom ?? (isOtherwise ? Neutral : null)) is { } template ? $"TEMPLATE {SqlIdentifier.Quote(template)}" : null,
            database.Encoding is { } encoding ? $"ENCODING {SqlLiteral.Quote(encoding)}" : null,
            database.LcCollate is { } collate ? $"LC_COLLATE {SqlLiteral.Quote(collate)}" : null,
            database.LcCtype is { } ctype ? $"LC_CTYPE {SqlLiteral.Quote(ctype)}" : null,
            database.LocaleProvider is { } provider ? $"LOCALE_PROVIDER {provider}" : null,
            database is { ProviderLocale: { } locale, LocaleProvider: "icu" or "builtin" } ? $"{database.LocaleProvider.ToUpperInvariant()}_LOCALE {SqlLiteral.Quote(locale)}" : null,
            database.Tablespace is { } tablespace ? $"TABLESPACE {SqlIdentifier.Quote(tablespace)}" : null,
            .. Options(new DatabaseDefinition { Name = database.Name }, database),
        ];
        return
        [
            new Statement(string.Join(' ', options.OfType<string>().Prepend($"CREATE DATABASE {database.Sql.Name}"))) { Place = StatementPlace.Alone, IsRefusedInTransaction = true },
            .. RoutineSettings.Changes(Alter(database), null, database.Set),
        ];
    }

    /// <summary>null where only another database would do.</summary>
    public static IEnumerable<Statement>? Changes(DatabaseDefinition actual, DatabaseDefinition desired)
    {
        if (actual.Invalid || Kind(actual) != Kind(desired))
        {
            return null;
        }

        return
        [
            .. Options(actual, desired) is { Count: > 0 } options ? [new Statement($"{Alter(desired)} {string.Join(' ', options)}")] : Array.Empty<Statement>(),
            .. RoutineSettings.Changes(Alter(desired), actual.Set, desired.Set),
            .. desired.Tablespace is { } tablespace && tablespace != actual.Tablespace ? [Move(desired, tablespace)] : Array.Empty<Statement>(),
        ];

        static (string?, string?, string?, string?, string?) Kind(DatabaseDefinition one) => (one.Encoding, one.LcCollate, one.LcCtype, one.LocaleProvider, one.ProviderLocale);
    }

    public static IReadOnlyList<Statement> Drop(DatabaseDefinition database) =>
    [
        .. database.IsTemplate ? [new Statement($"{Alter(database)} IS_TEMPLATE false")] : Array.Empty<Statement>(),
        database.Sql.Drop with
        {
            Hazards = [new Hazard(HazardNames.DataLoss, $"All that is in the database {database.Name} is gone.")],
            Place = StatementPlace.Alone,
            IsRefusedInTransaction = true,
        },
    ];

    /// <summary>Under another name and closed to everybody. PostgreSQL refuses it while somebody is connected.</summary>
    public static IReadOnlyList<Statement> Quarantine(DatabaseDefinition database, string id) =>
    [
        database.Sql.Rename(QuarantineSql.SchemaOf(id)),
        new Statement($"{Alter(Kept(database, id))} ALLOW_CONNECTIONS false IS_TEMPLATE false"),
    ];

    public static IReadOnlyList<Statement> Restore(DatabaseDefinition database, string id)
    {
        var kept = Kept(database, id);
        var options = Options(kept with { AllowConnections = false, IsTemplate = false, ConnectionLimit = database.ConnectionLimit }, database);
        return [.. options.Count > 0 ? [new Statement($"{Alter(kept)} {string.Join(' ', options)}")] : Array.Empty<Statement>(), kept.Sql.Rename(database.Name)];
    }

    public static IReadOnlyList<Statement> Purge(string id) =>
        [new Statement($"DROP DATABASE IF EXISTS {SqlIdentifier.Quote(QuarantineSql.SchemaOf(id))}") { Place = StatementPlace.Alone, IsRefusedInTransaction = true }];

    private static Statement Move(DatabaseDefinition database, string tablespace) => new($"{Alter(database)} SET TABLESPACE {SqlIdentifier.Quote(tablespace)}")
    {
        Hazards = [new Hazard(HazardNames.LongLock, $"Nobody can connect to {database.Name} while its files are copied.")],
        Place = StatementPlace.Alone,
        IsRefusedInTransaction = true,
    };

    private static DatabaseDefinition Kept(DatabaseDefinition database, string id) => database with { Name = QuarantineSql.SchemaOf(id) };

    private static string Alter(DatabaseDefinition database) => $"ALTER DATABASE {database.Sql.Name}";

    private static List<string> Options(DatabaseDefinition actual, DatabaseDefinition desired)
    {
        var options = new List<string>();
        if ((actual.AllowConnections ?? true) != (desired.AllowConnections ?? true))
        {
            options.Add($"ALLOW_CONNECTIONS {Word(desired.AllowConnections ?? true)}");
        }

        if (actual.ConnectionLimit != desired.ConnectionLimit)
        {
            options.Add(string.Create(CultureInfo.InvariantCulture, $"CONNECTION LIMIT {desired.ConnectionLimit ?? -1}"));
        }

        if (actual.IsTemplate != desired.IsTemplate)
        {
            options.Add($"IS_TEMPLATE {Word(desired.IsTemplate)}");
        }

        return options;

        static string Word(bool flag) => flag ? "true" : "false";
    }
}
