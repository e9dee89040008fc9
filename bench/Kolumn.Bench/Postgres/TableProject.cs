using System.Text;
using Kolumn.Servers;

namespace Kolumn.Bench.Postgres;

/// <summary>Tables of five columns with a primary key, an index and a chain of foreign keys, as DDL and as a project.</summary>
internal static class TableProject
{
    public static string Ddl(int tables)
    {
        var sql = new StringBuilder();
        for (var i = 0; i < tables; i++)
        {
            var chain = i == 0 ? "" : $", CONSTRAINT t{i}_parent_fkey FOREIGN KEY (parent) REFERENCES t{i - 1} (id)";
            sql.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"CREATE TABLE t{i} (id bigint NOT NULL, name text NOT NULL, amount numeric(12,2) DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(), parent bigint, CONSTRAINT t{i}_pkey PRIMARY KEY (id){chain});");
            sql.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"CREATE INDEX t{i}_name_idx ON t{i} (name);");
        }

        return sql.ToString();
    }

    /// <param name="folder">Where the project's folder is made, named like the database.</param>
    /// <param name="changed">How many tables, counted from the last, have one column more than <see cref="Ddl"/> says.</param>
    public static string Write(string folder, string url, string database, int tables, int changed = 0)
    {
        var project = Path.Combine(folder, database);
        Directory.CreateDirectory(project);
        var parts = PostgresUrl.ToBuilder(url);
        var text = new StringBuilder();
        text.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $$"""
            provider "postgres" {
              host     = "{{parts.Host}}"
              port     = {{parts.Port}}
              database = "{{database}}"
              username = "{{parts.Username}}"
              password = "{{parts.Password}}"
            }
            """);
        for (var i = 0; i < tables; i++)
        {
            var chain = i == 0 ? "" : $$"""
                  foreign_key "t{{i}}_parent_fkey" {
                    columns    = ["parent"]
                    references = postgres_table.t{{i - 1}}
                  }

                """;
            var note = i < tables - changed ? "" : """
                  column "note" {
                    type = "text"
                  }

                """;
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $$"""
                create "postgres_table" "t{{i}}" {
                  column "id" {
                    type     = "bigint"
                    nullable = false
                  }
                  column "name" {
                    type     = "text"
                    nullable = false
                  }
                  column "amount" {
                    type    = "numeric(12,2)"
                    default = 0
                  }
                  column "created_at" {
                    type     = "timestamptz"
                    nullable = false
                    default  = "now()"
                  }
                  column "parent" {
                    type = "bigint"
                  }
                {{note}}  primary_key = ["id"]
                {{chain}}}

                create "postgres_index" "t{{i}}_name_idx" {
                  table   = postgres_table.t{{i}}
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
