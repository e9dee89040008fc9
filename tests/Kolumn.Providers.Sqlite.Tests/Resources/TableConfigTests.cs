using System.Text.Json.Nodes;
using Kolumn.Providers.Sqlite.Resources.Tables;

namespace Kolumn.Providers.Sqlite.Tests.Resources;

public sealed class TableConfigTests
{
    [Theory]
    [InlineData("""{"name":"t","columns":[{"name":"id","type":"integer","primary_key":true},{"name":"n"}]}""", "CREATE TABLE \"t\" (\n  \"id\" INTEGER PRIMARY KEY NOT NULL,\n  \"n\"\n)")]
    [InlineData("""{"name":"t","columns":[{"name":"id","type":"INTEGER","identity":true}]}""", "CREATE TABLE \"t\" (\n  \"id\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL\n)")]
    [InlineData("""{"name":"t","columns":[{"name":"id","type":"TEXT","primary_key":true}]}""", "CREATE TABLE \"t\" (\n  \"id\" TEXT PRIMARY KEY NOT NULL\n)")]
    [InlineData("""{"name":"t","columns":[{"name":"id","type":"TEXT","primary_key":true,"nullable":true}]}""", "CREATE TABLE \"t\" (\n  \"id\" TEXT PRIMARY KEY\n)")]
    [InlineData(
        """{"name":"t","columns":[{"name":"a","type":"INT"},{"name":"b","type":"INT"}],"primary_key":{"name":"pk","columns":["b",{"column":"a","order":"DESC","collation":"nocase"}],"on_conflict":"replace"},"strict":true,"without_rowid":true}""",
        "CREATE TABLE \"t\" (\n  \"a\" INT NOT NULL,\n  \"b\" INT NOT NULL,\n  CONSTRAINT \"pk\" PRIMARY KEY (\"b\", \"a\" COLLATE \"NOCASE\" DESC) ON CONFLICT REPLACE\n) WITHOUT ROWID, STRICT")]
    [InlineData("""{"name":"t","columns":[{"name":"a","default":"draft"},{"name":"b","default":"'x'"},{"name":"c","default":1.5},{"name":"d","default":true},{"name":"e","default":"datetime('now')"},{"name":"f","default":"-7"},{"name":"g","default":null},{"name":"h","default":"it's"}]}""",
        "CREATE TABLE \"t\" (\n  \"a\" DEFAULT 'draft',\n  \"b\" DEFAULT 'x',\n  \"c\" DEFAULT 1.5,\n  \"d\" DEFAULT TRUE,\n  \"e\" DEFAULT (datetime('now')),\n  \"f\" DEFAULT -7,\n  \"g\",\n  \"h\" DEFAULT 'it''s'\n)")]
    [InlineData("""{"name":"t","columns":[{"name":"a","not_null":true,"on_null":"ignore","unique":true,"check":"a>0","generated":"1+1","stored":true}]}""", null)]
    [InlineData(
        """{"name":"t","columns":[{"name":"a","references":"p.x","on_delete":"set_null","initially_deferred":true},{"name":"b"}],"foreign_keys":[{"name":"fk","columns":["a","b"],"references":"sqlite_table.q","referenced_columns":["c","d"],"on_update":"NO ACTION"}],"unique_constraints":[["a","b"],{"name":"u","columns":["b"]}],"checks":["a<>b",{"name":"c","expression":"( a > 1 )"}]}""",
        "CREATE TABLE \"t\" (\n  \"a\",\n  \"b\",\n  UNIQUE (\"a\", \"b\"),\n  CONSTRAINT \"u\" UNIQUE (\"b\"),\n  CHECK (a <> b),\n  CONSTRAINT \"c\" CHECK (a > 1),\n  FOREIGN KEY (\"a\") REFERENCES \"p\" (\"x\") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,\n  CONSTRAINT \"fk\" FOREIGN KEY (\"a\", \"b\") REFERENCES \"q\" (\"c\", \"d\")\n)")]
    public void Describe_Config_IsCreatedAs(string config, string? sql)
    {
        if (sql is null)
        {
            var context = Describing.Context();
            TableConfig.Describe((JsonObject)JsonNode.Parse(config)!, context);
            context.Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe("at least one column must not be generated");
            return;
        }

        var table = Describing.Table(config);

        TableSql.Create(table).ShouldBe(sql);
        // What SQLite will report is what was described, and the config it suggests describes the same.
        TableJson.ToJson(TableDdl.Read(sql)).ToJsonString().ShouldBe(TableJson.ToJson(table).ToJsonString());
        TableJson.ToJson(Describing.Table(TableToConfig.Write(table).ToJsonString())).ToJsonString().ShouldBe(TableJson.ToJson(table).ToJsonString());
    }

    [Theory]
    [InlineData("""{"name":"sqlite_x","columns":[{"name":"a"}]}""", "name: the name \"sqlite_x\" is reserved")]
    [InlineData("""{"name":"t","columns":[]}""", "columns: a table needs a column")]
    [InlineData("""{"name":"t","columns":[{"name":"a"},{"name":"A"}]}""", "columns[1].name: there are two columns \"A\"")]
    [InlineData("""{"name":"t","columns":[{"name":""}]}""", "columns[0].name: a name cannot be empty")]
    [InlineData("""{"name":"t\u0000","columns":[{"name":"a"}]}""", "name: a name cannot hold control characters")]
    [InlineData("""{"name":"t","columns":[{"name":"a","type":"INTEGER PRIMARY KEY"}]}""", "columns[0].type: \"INTEGER PRIMARY KEY\" is not a type: 'PRIMARY' at position 9 stands where the type's end is expected")]
    [InlineData("""{"name":"t","columns":[{"name":"a","type":"INT); DROP TABLE x; --"}]}""", "columns[0].type: \"INT); DROP TABLE x; --\" is not a type: what starts at position 21 is not part of a type's name")]
    [InlineData("""{"name":"t","columns":[{"name":"a","check":"1); DROP TABLE x; --"}]}""", "columns[0].check: the expression cannot stand in a statement: ')' at position 2 closes nothing")]
    [InlineData("""{"name":"t","columns":[{"name":"a","check":"'x"}]}""", "columns[0].check: the expression cannot stand in a statement: the quote at position 1 is never closed")]
    [InlineData("""{"name":"t","columns":[{"name":"a","generated":"1; DROP TABLE x"},{"name":"b"}]}""", "columns[0].generated: the expression cannot stand in a statement: the semicolon at position 2 would end the statement: leave it out")]
    [InlineData("""{"name":"t","columns":[{"name":"a"}],"primary_key":["b"]}""", "primary_key[0]: the table has no column \"b\"; primary_key: at least one column is expected")]
    [InlineData("""{"name":"t","columns":[{"name":"a","type":"TEXT","autoincrement":true}]}""", "columns: AUTOINCREMENT works on a single INTEGER primary key only")]
    [InlineData("""{"name":"t","columns":[{"name":"a"}],"without_rowid":true}""", "without_rowid: a table WITHOUT ROWID needs a primary key")]
    [InlineData("""{"name":"t","columns":[{"name":"a","type":"VARCHAR(5)"}],"strict":true}""", "columns[0].type: a STRICT table has no type \"VARCHAR(5)\"")]
    [InlineData("""{"name":"t","columns":[{"name":"a","nullable":true,"not_null":true}]}""", "columns[0].not_null: nullable and not_null contradict each other")]
    [InlineData("""{"name":"t","columns":[{"name":"a","type":"INTEGER","primary_key":true,"nullable":true}]}""", "columns[0].nullable: column \"a\" can never be NULL in this key")]
    [InlineData("""{"name":"t","columns":[{"name":"a"},{"name":"b"}],"foreign_keys":[{"columns":["a","b"],"references":"p","referenced_columns":["x"],"on_delete":"explode"}]}""", "foreign_keys[0]: 2 columns cannot reference 1; foreign_keys[0].on_delete: \"explode\" is not known here")]
    [InlineData("""{"name":"t","columns":[{"name":"a","generated":"1","default":2},{"name":"b"}]}""", "columns[0].default: a generated column has no default")]
    public void Describe_Mistakes_AreAllReportedWithTheirPlaces(string config, string expected)
    {
        var context = Describing.Context();

        TableConfig.Describe((JsonObject)JsonNode.Parse(config)!, context);

        string.Join("; ", context.Diagnostics.Select(d => $"{d.Attribute}: {d.Summary}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"sqlite_table.users\"", "people", null)]
    [InlineData("\"sqlite_table.users.id\"", "people", "id")]
    [InlineData("\"sqlite_table.gone\"", "gone", null)]
    [InlineData("\"sqlite_table.gone.id\"", "gone", "id")]
    [InlineData("\"departments.id\"", "departments", "id")]
    [InlineData("\"departments\"", "departments", null)]
    [InlineData("""{"id":"sqlite_table.users","type":"sqlite_table","name":"people","full_name":"people"}""", "people", null)]
    public void Describe_Reference_MeansATable(string reference, string table, string? column)
    {
        var context = Describing.Context(("sqlite_table.users", """{"name":"people"}"""));
        var config = (JsonObject)JsonNode.Parse($$"""{"name":"t","columns":[{"name":"a"}],"foreign_keys":[{"columns":["a"],"references":{{reference}}}]}""")!;

        var key = TableConfig.Describe(config, context).ForeignKeys.ShouldHaveSingleItem();

        context.Diagnostics.ShouldBeEmpty();
        key.Table.ShouldBe(table);
        key.ReferencedColumns.ShouldBe(column is null ? [] : [column]);
    }
}
