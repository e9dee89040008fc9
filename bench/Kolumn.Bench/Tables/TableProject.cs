using System.Globalization;
using System.Text;
namespace Kolumn.Bench.Tables;

/// <summary>Tables of five columns with a primary key, an index and a chain of foreign keys, as DDL and as a project.</summary>
/// <param name="Provider">Whose tables they are.</param>
/// <param name="Name">The type of a name, which has an index.</param>
/// <param name="Moment">The type of a point in time.</param>
internal sealed record TableProject(string Provider, string Name, string Moment)
{
    public static TableProject Postgres { get; } = new("postgres", "text", "timestamptz");

    public static TableProject MariaDb { get; } = new("mysql", "varchar(200)", "datetime");

    public string Ddl(int tables)
    {
        var sql = new StringBuilder();
        for (var i = 0; i < tables; i++)
        {
            var chain = i == 0 ? "" : $", CONSTRAINT t{i}_parent_fkey FOREIGN KEY (parent) REFERENCES t{i - 1} (id)";
            sql.AppendLine(CultureInfo.InvariantCulture, $"CREATE TABLE t{i} (id bigint NOT NULL, name {Name} NOT NULL, amount numeric(12,2) DEFAULT 0, created_at {Moment} NOT NULL DEFAULT now(), parent bigint, CONSTRAINT t{i}_pkey PRIMARY KEY (id){chain});");
            sql.AppendLine(CultureInfo.InvariantCulture, $"CREATE INDEX t{i}_name_idx ON t{i} (name);");
        }

        return sql.ToString();
    }

    /// <param name="folder">Where the project's folder is made, named like the database.</param>
    /// <param name="changed">How many tables, counted from the last, have one column more than <see cref="Ddl"/> says.</param>
    public string Write(string folder, BenchServer server, string database, int tables, int changed = 0)
    {
        var project = Path.Combine(folder, database);
        Directory.CreateDirectory(project);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $$"""
            provider "{{Provider}}" {
              host     = "{{server.Host}}"
              port     = {{server.Port}}
              database = "{{database}}"
              username = "{{server.User}}"
              password = "{{server.Password}}"
            }
            """);
        for (var i = 0; i < tables; i++)
        {
            var chain = i == 0 ? "" : $$"""
                  foreign_key "t{{i}}_parent_fkey" {
                    columns    = ["parent"]
                    references = {{Provider}}_table.t{{i - 1}}
                  }

                """;
            var note = i < tables - changed ? "" : """
                  column "note" {
                    type = "text"
                  }

                """;
            text.Append(CultureInfo.InvariantCulture, $$"""
                create "{{Provider}}_table" "t{{i}}" {
                  column "id" {
                    type     = "bigint"
                    nullable = false
                  }
                  column "name" {
                    type     = "{{Name}}"
                    nullable = false
                  }
                  column "amount" {
                    type    = "numeric(12,2)"
                    default = 0
                  }
                  column "created_at" {
                    type     = "{{Moment}}"
                    nullable = false
                    default  = "now()"
                  }
                  column "parent" {
                    type = "bigint"
                  }
                {{note}}  primary_key = ["id"]
                {{chain}}}

                create "{{Provider}}_index" "t{{i}}_name_idx" {
                  table   = {{Provider}}_table.t{{i}}
                  columns = ["name"]
                }


                """);
        }

        File.WriteAllText(Path.Combine(project, "main.kl"), text.ToString());
        return project;
    }

    /// <summary>What a project with <paramref name="changed"/> tables changed asks for.</summary>
    public static string Change(int tables, int changed) =>
        string.Concat(Enumerable.Range(tables - changed, changed).Select(i => $"ALTER TABLE t{i} ADD COLUMN note text;\n"));
}
