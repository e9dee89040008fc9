using Kolumn.Providers.Sqlite.Database;
using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Providers.Sqlite.Resources.Tables;
using Microsoft.Data.Sqlite;

namespace Kolumn.Providers.Sqlite.Tests.Resources;

public sealed class TableDdlTests
{
    [Theory]
    [InlineData(
        "CREATE TABLE [Album]\n(\n    [AlbumId] INTEGER  NOT NULL,\n    [Title] NVARCHAR(160)  NOT NULL,\n    [ArtistId] INTEGER  NOT NULL,\n    CONSTRAINT [PK_Album] PRIMARY KEY  ([AlbumId]),\n    FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) \n\t\tON DELETE NO ACTION ON UPDATE NO ACTION\n)",
        """{"name":"Album","columns":[{"name":"AlbumId","type":"INTEGER"},{"name":"Title","type":"NVARCHAR(160)","nullable":false},{"name":"ArtistId","type":"INTEGER","nullable":false}],"primary_key":{"name":"PK_Album","columns":["AlbumId"]},"foreign_keys":[{"columns":["ArtistId"],"references":"Artist","referenced_columns":["ArtistId"]}]}""")]
    [InlineData(
        "create table if not exists main.t(a integer primary key autoincrement, b text not null on conflict replace default 'x''y' collate nocase, c)",
        """{"name":"t","columns":[{"name":"a","type":"INTEGER"},{"name":"b","type":"TEXT","nullable":false,"on_null":"REPLACE","default":"'x''y'","collation":"NOCASE"},{"name":"c"}],"primary_key":{"columns":["a"],"autoincrement":true}}""")]
    [InlineData(
        "CREATE TABLE t(a TEXT PRIMARY KEY, b int DEFAULT -1 CHECK(b>=-5 and b != 3), c DEFAULT foo, d DEFAULT \"bar\", e DEFAULT (1+2), f DEFAULT current_timestamp, g DEFAULT NULL)",
        """{"name":"t","columns":[{"name":"a","type":"TEXT","nullable":true},{"name":"b","type":"INT","default":"-1"},{"name":"c","default":"'foo'"},{"name":"d","default":"'bar'"},{"name":"e","default":"1 + 2"},{"name":"f","default":"CURRENT_TIMESTAMP"},{"name":"g"}],"primary_key":{"columns":["a"]},"checks":[{"expression":"b >= -5 AND b <> 3"}]}""")]
    [InlineData(
        "CREATE TABLE `odd \"one\"`( `a)` unsigned big int , [b,] DECIMAL( 10 , 2 ), \"c\"\"\" DOUBLE PRECISION, -- ) not the end\n 'd' VARCHAR(5) /* , e */ UNIQUE ON CONFLICT IGNORE, PRIMARY KEY(`a)`, [b,] DESC))",
        """{"name":"odd \"one\"","columns":[{"name":"a)","type":"UNSIGNED BIG INT","nullable":true},{"name":"b,","type":"DECIMAL(10,2)","nullable":true},{"name":"c\"","type":"DOUBLE PRECISION"},{"name":"d","type":"VARCHAR(5)"}],"primary_key":{"columns":["a)",{"column":"b,","order":"desc"}]},"unique_constraints":[{"columns":["d"],"on_conflict":"IGNORE"}]}""")]
    [InlineData(
        "CREATE TABLE t(a INT, b INT AS (a*2), c INT GENERATED ALWAYS AS (a + b) STORED, CONSTRAINT u UNIQUE(a, b) CONSTRAINT pos CHECK((a > 0)), PRIMARY KEY(a)) WITHOUT ROWID, STRICT",
        """{"name":"t","columns":[{"name":"a","type":"INT"},{"name":"b","type":"INT","generated":"a * 2"},{"name":"c","type":"INT","generated":"a + b","stored":true}],"primary_key":{"columns":["a"]},"unique_constraints":[{"name":"u","columns":["a","b"]}],"checks":[{"name":"pos","expression":"a > 0"}],"without_rowid":true,"strict":true}""")]
    [InlineData(
        "CREATE TABLE t(a REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED, b CONSTRAINT fk REFERENCES p(x) MATCH FULL NOT DEFERRABLE NOT NULL, c REFERENCES p DEFERRABLE)",
        """{"name":"t","columns":[{"name":"a"},{"name":"b","nullable":false},{"name":"c"}],"foreign_keys":[{"columns":["a"],"references":"p","on_delete":"CASCADE","on_update":"SET NULL","initially_deferred":true},{"columns":["c"],"references":"p"},{"name":"fk","columns":["b"],"references":"p","referenced_columns":["x"]}]}""")]
    [InlineData(
        "CREATE TABLE t(a INTEGER PRIMARY KEY DESC, b)",
        """{"name":"t","columns":[{"name":"a","type":"INTEGER","nullable":true},{"name":"b"}],"primary_key":{"columns":[{"column":"a","order":"desc"}]}}""")]
    [InlineData(
        "CREATE TABLE t(a INTEGER, b, PRIMARY KEY(a DESC))",
        """{"name":"t","columns":[{"name":"a","type":"INTEGER"},{"name":"b"}],"primary_key":{"columns":["a"]}}""")]
    public void Read_StoredText_IsUnderstoodAsSqliteUnderstandsIt(string sql, string expected)
    {
        NativeSqlite.Require();
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        connection.Query(sql, _ => 0);

        // Through the catalog, so that SQLite's own view of columns and key is compared too.
        var table = TableCatalog.Read(connection, null).ShouldHaveSingleItem();

        TableJson.ToJson(table with { Dependants = null }).ToJsonString(Plain).ShouldBe(expected);
        TableJson.ToJson(TableJson.FromJson(TableJson.ToJson(table))).ToJsonString().ShouldBe(TableJson.ToJson(table).ToJsonString());
    }

    [Theory]
    [InlineData("CREATE TABLE t(a INT", "the text ends where a column constraint, ',' or ')' is expected")]
    [InlineData("CREATE VIEW v AS SELECT 1", "'VIEW' stands where TABLE is expected")]
    [InlineData("CREATE TABLE t(a 'x", "the quote at position 18 is never closed")]
    [InlineData("CREATE TABLE t(a DEFAULT (1)", "the text ends where a column constraint, ',' or ')' is expected")]
    [InlineData("CREATE TABLE t(a CHECK (1)", "the text ends where a column constraint, ',' or ')' is expected")]
    public void Read_WhatIsNoTable_SaysWhere(string sql, string expected) =>
        Should.Throw<DdlException>(() => TableDdl.Read(sql)).Message.ShouldBe(expected);

    [Fact]
    public void Read_AnyCutOfAText_NeverFailsOtherwise()
    {
        const string Sql = "CREATE TABLE \"t\"(a INTEGER PRIMARY KEY, [b] TEXT NOT NULL DEFAULT ('x') CHECK (b <> ''), c REFERENCES p(x) ON DELETE SET NULL, CONSTRAINT u UNIQUE (a, b DESC)) WITHOUT ROWID";
        var random = new Random(20260);
        for (var round = 0; round < 5000; round++)
        {
            var (start, length) = (random.Next(20), random.Next(Sql.Length));
            var text = Sql[start..Math.Min(Sql.Length, start + length)].Insert(0, random.Next(2) == 0 ? "CREATE TABLE t(" : "");
            try
            {
                TableDdl.Read(text);
            }
            catch (DdlException)
            {
                // The only way to fail.
            }
        }
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
