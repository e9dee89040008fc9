using Kolumn.Providers.Sqlite.Ddl;
using Kolumn.Providers.Sqlite.Resources.Indexes;
using Kolumn.Providers.Sqlite.Resources.Triggers;
using Kolumn.Providers.Sqlite.Resources.Views;

namespace Kolumn.Providers.Sqlite.Tests.Resources;

/// <summary>The texts of indexes, views and triggers: read, and written as Kolumn writes them.</summary>
public sealed class StoredTextTests
{
    [Theory]
    [InlineData("create unique index if not exists [i] on t (a, [b c] desc, lower( d ) collate nocase asc, (e)) where a is not null",
        """{"name":"i","table":"t","columns":["a",{"column":"b c","order":"desc"},{"expression":"lower(d)","collation":"NOCASE"},{"expression":"e"}],"unique":true,"where":"a IS NOT NULL"}""",
        "CREATE UNIQUE INDEX \"i\" ON \"t\" (\"a\", \"b c\" DESC, (lower(d)) COLLATE \"NOCASE\", (e)) WHERE a IS NOT NULL")]
    [InlineData("CREATE INDEX x ON \"t\"('a' COLLATE BINARY DESC)",
        """{"name":"x","table":"t","columns":[{"column":"a","collation":"BINARY","order":"desc"}]}""",
        "CREATE INDEX \"x\" ON \"t\" (\"a\" COLLATE \"BINARY\" DESC)")]
    public void Index_Text_IsReadAndWritten(string text, string definition, string written)
    {
        var index = IndexDdl.Read(text);

        IndexJson.ToJson(index).ToJsonString().ShouldBe(definition);
        IndexJson.FromJson(IndexJson.ToJson(index)).ToSql().ShouldBe(written);
        IndexDdl.Read(written).Meaning.ShouldBe(index.Meaning);
    }

    [Theory]
    [InlineData("CREATE VIEW v(a, [b]) as select 1,2 from t -- all\n;", "CREATE VIEW \"v\" (\"a\", \"b\") AS\nSELECT 1, 2\nFROM t")]
    [InlineData("create temp view main.v AS WITH q AS (SELECT 1) SELECT * FROM q", "CREATE VIEW \"v\" AS\nWITH q AS (SELECT 1) SELECT *\nFROM q")]
    public void View_Text_IsReadAndWritten(string text, string written)
    {
        var view = ViewDdl.Read(text);

        ViewDdl.Create(ViewDefinition.FromJson(view.ToJson())).ShouldBe(written);
        ViewDdl.Read(written).ToJson().ToJsonString().ShouldBe(view.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("create trigger t1 insert on t begin select 1; end",
        "CREATE TRIGGER \"t1\" BEFORE INSERT ON \"t\" FOR EACH ROW\nBEGIN\nSELECT 1;\nEND")]
    [InlineData("CREATE TRIGGER IF NOT EXISTS main.[t 2] AFTER UPDATE OF a, \"b\" ON t FOR EACH ROW WHEN (new.a > 1) BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; DELETE FROM u; END;",
        "CREATE TRIGGER \"t 2\" AFTER UPDATE OF \"a\", \"b\" ON \"t\" FOR EACH ROW WHEN (new.a > 1)\nBEGIN\nUPDATE t\nSET a = CASE WHEN 1 THEN 2 END;\nDELETE FROM u;\nEND")]
    [InlineData("CREATE TRIGGER t3 INSTEAD OF DELETE ON v BEGIN SELECT RAISE(ABORT, 'no; END'); END",
        "CREATE TRIGGER \"t3\" INSTEAD OF DELETE ON \"v\" FOR EACH ROW\nBEGIN\nSELECT RAISE(ABORT, 'no; END');\nEND")]
    public void Trigger_Text_IsReadAndWritten(string text, string written)
    {
        var trigger = TriggerDdl.Read(text);

        TriggerDdl.Create(TriggerDefinition.FromJson(trigger.ToJson())).ShouldBe(written);
        TriggerDdl.Read(written).ToJson().ToJsonString().ShouldBe(trigger.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("CREATE TRIGGER t INSERT ON t SELECT 1")]
    [InlineData("CREATE TRIGGER t INSERT ON t BEGIN SELECT 1;")]
    [InlineData("CREATE INDEX i ON t")]
    [InlineData("CREATE VIEW v")]
    [InlineData("")]
    public void Text_OfSomethingElse_IsADdlException(string text)
    {
        Should.Throw<DdlException>(() => TriggerDdl.Read(text));
        Should.Throw<DdlException>(() => IndexDdl.Read(text));
        Should.Throw<DdlException>(() => ViewDdl.Read(text));
    }
}
