using Kolumn.Providers.Postgres.Resources.Tables;

namespace Kolumn.Providers.Postgres.Tests.Resources;

/// <summary>The exact statements of tables, without a database.</summary>
public sealed class TableSqlTests
{
    private const string Before = """{"name":"id","type":"integer","nullable":false},{"name":"name","type":"text"}""";

    private readonly TableHandler _tables = new();

    [Fact]
    public void Create_EveryFeature_IsOneStatementAndTheComments()
    {
        var definition = Configs.Describe(_tables, """
            {"schema":"shop","name":"orders","comment":"What people bought","unlogged":true,
             "columns":[
               {"name":"id","type":"bigint","identity":{"generation":"always","start":1000}},
               {"name":"customer","type":"int","references":"customers.id","on_delete":"cascade","nullable":false},
               {"name":"code","type":"varchar(10)","unique":true,"collation":"C","comment":"It's short"},
               {"name":"total","type":"numeric(10,2)","default":0},
               {"name":"state","type":"text","default":"draft","not_null":true},
               {"name":"shout","type":"text","generated":"upper(state)"},
               {"name":"made","type":"timestamptz","default":"now()"}],
             "primary_key":["id","customer"],
             "checks":[{"expression":"total >= 0"}],
             "foreign_keys":[{"name":"again","columns":["customer","code"],"references":"crm.people","referenced_columns":["a","b"],"on_update":"set_null","deferrable":true}]}
            """);

        Configs.Text(_tables.Create(definition)).ShouldBe(
            """
            CREATE UNLOGGED TABLE "shop"."orders" (
                "id" bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000) NOT NULL,
                "customer" integer NOT NULL,
                "code" character varying(10) COLLATE "C",
                "total" numeric(10,2) DEFAULT 0,
                "state" text DEFAULT 'draft' NOT NULL,
                "shout" text GENERATED ALWAYS AS (upper(state)) STORED,
                "made" timestamp with time zone DEFAULT now(),
                CONSTRAINT "orders_pkey" PRIMARY KEY ("id", "customer"),
                CONSTRAINT "orders_code_key" UNIQUE ("code"),
                CONSTRAINT "orders_total_check" CHECK (total >= 0),
                CONSTRAINT "orders_customer_fkey" FOREIGN KEY ("customer") REFERENCES "shop"."customers" ("id") ON DELETE CASCADE,
                CONSTRAINT "again" FOREIGN KEY ("customer", "code") REFERENCES "crm"."people" ("a", "b") ON UPDATE SET NULL DEFERRABLE
            )

            COMMENT ON COLUMN "shop"."orders"."code" IS 'It''s short'

            COMMENT ON TABLE "shop"."orders" IS 'What people bought'
            """);
    }

    /// <summary>What changes, the columns and constraints before and after, the statements, the hazards.</summary>
    public static TheoryData<string, string, string, string, string> Alterations { get; } = new()
    {
        { "column comes", $$"""[{{Before}}]""", $$"""[{{Before}},{"name":"age","type":"integer"}]""", """ALTER TABLE "public"."t" ADD COLUMN "age" integer""", "" },
        { "column comes with a value of its own", $$"""[{{Before}}]""", $$"""[{{Before}},{"name":"u","type":"uuid","default":"gen_random_uuid()","nullable":false}]""", """ALTER TABLE "public"."t" ADD COLUMN "u" uuid DEFAULT gen_random_uuid() NOT NULL""", "table_rewrite" },
        { "NOT NULL column comes", $$"""[{{Before}}]""", $$"""[{{Before}},{"name":"age","type":"integer","nullable":false}]""", """ALTER TABLE "public"."t" ADD COLUMN "age" integer NOT NULL""", "needs_empty_table" },
        { "column goes", $$"""[{{Before}}]""", """[{"name":"id","type":"integer","nullable":false}]""", """ALTER TABLE "public"."t" DROP COLUMN "name" """, "data_loss" },
        { "NOT NULL comes", $$"""[{{Before}}]""", """[{"name":"id","type":"integer","nullable":false},{"name":"name","type":"text","nullable":false}]""", """ALTER TABLE "public"."t" ALTER COLUMN "name" SET NOT NULL""", "long_lock" },
        { "NOT NULL goes", $$"""[{{Before}}]""", """[{"name":"id","type":"integer"},{"name":"name","type":"text"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "id" DROP NOT NULL""", "" },
        { "wider integer", $$"""[{{Before}}]""", """[{"name":"id","type":"bigint","nullable":false},{"name":"name","type":"text"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "id" TYPE bigint""", "table_rewrite,long_lock" },
        { "text to number", $$"""[{{Before}}]""", """[{"name":"id","type":"integer","nullable":false},{"name":"name","type":"integer"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "name" TYPE integer USING "name"::integer""", "table_rewrite,long_lock" },
        { "wider varchar", """[{"name":"a","type":"character varying(10)"}]""", """[{"name":"a","type":"character varying(20)"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE character varying(20)""", "" },
        { "narrower varchar", """[{"name":"a","type":"character varying(20)"}]""", """[{"name":"a","type":"character varying(10)"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE character varying(10)""", "table_rewrite,long_lock" },
        { "fewer digits", """[{"name":"a","type":"numeric(10,2)"}]""", """[{"name":"a","type":"numeric(10,1)"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE numeric(10,1)""", "table_rewrite,long_lock,data_loss" },
        { "type with a default", """[{"name":"a","type":"text","default":"'1'::text"}]""", """[{"name":"a","type":"integer","default":"1"}]""", "ALTER TABLE \"public\".\"t\"\n    ALTER COLUMN \"a\" DROP DEFAULT,\n    ALTER COLUMN \"a\" TYPE integer USING \"a\"::integer,\n    ALTER COLUMN \"a\" SET DEFAULT 1", "table_rewrite,long_lock" },
        { "default comes", $$"""[{{Before}}]""", """[{"name":"id","type":"integer","nullable":false},{"name":"name","type":"text","default":"'x'::text"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "name" SET DEFAULT 'x'::text""", "" },
        { "default goes", """[{"name":"a","type":"text","default":"'x'::text"}]""", """[{"name":"a","type":"text"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT""", "" },
        { "collation", """[{"name":"a","type":"text"}]""", """[{"name":"a","type":"text","collation":"\"C\""}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE text COLLATE "C" """, "index_build" },
        { "comment", """[{"name":"a","type":"text"}]""", """[{"name":"a","type":"text","comment":"it's"}]""", """COMMENT ON COLUMN "public"."t"."a" IS 'it''s'""", "" },
        { "comment goes", """[{"name":"a","type":"text","comment":"x"}]""", """[{"name":"a","type":"text"}]""", """COMMENT ON COLUMN "public"."t"."a" IS NULL""", "" },
        { "identity comes", """[{"name":"a","type":"integer"}]""", """[{"name":"a","type":"integer","nullable":false,"identity":{"generation":"always"}}]""", "ALTER TABLE \"public\".\"t\"\n    ALTER COLUMN \"a\" SET NOT NULL,\n    ALTER COLUMN \"a\" ADD GENERATED ALWAYS AS IDENTITY", "long_lock" },
        { "identity goes", """[{"name":"a","type":"integer","nullable":false,"identity":{"generation":"always"}}]""", """[{"name":"a","type":"integer","nullable":false}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" DROP IDENTITY""", "" },
        { "identity changes", """[{"name":"a","type":"integer","nullable":false,"identity":{"generation":"always","increment":2}}]""", """[{"name":"a","type":"integer","nullable":false,"identity":{"generation":"by_default","cache":5,"cycle":true}}]""", """ALTER TABLE "public"."t" ALTER COLUMN "a" SET GENERATED BY DEFAULT SET INCREMENT BY 1 SET CACHE 5 SET CYCLE""", "" },
        { "generated changes", """[{"name":"a","type":"integer"},{"name":"b","type":"integer","generated":"(a + 1)"}]""", """[{"name":"a","type":"integer"},{"name":"b","type":"integer","generated":"(a + 2)"}]""", "ALTER TABLE \"public\".\"t\"\n    DROP COLUMN \"b\",\n    ADD COLUMN \"b\" integer GENERATED ALWAYS AS ((a + 2)) STORED", "table_rewrite" },
        { "generated goes", """[{"name":"b","type":"integer","generated":"(1 + 1)"}]""", """[{"name":"b","type":"integer"}]""", """ALTER TABLE "public"."t" ALTER COLUMN "b" DROP EXPRESSION""", "" },
        { "key comes", """[{"name":"a","type":"integer"}]""", """[{"name":"a","type":"integer","nullable":false}],"primary_key":{"name":"t_pkey","columns":["a"]}""", "ALTER TABLE \"public\".\"t\"\n    ALTER COLUMN \"a\" SET NOT NULL,\n    ADD CONSTRAINT \"t_pkey\" PRIMARY KEY (\"a\")", "long_lock,index_build" },
        { "constraints change", """[{"name":"a","type":"integer"}],"checks":[{"name":"c","expression":"(a > 0)"},{"name":"d","expression":"(a > 1)","not_valid":true}]""", """[{"name":"a","type":"integer"}],"checks":[{"name":"c","expression":"(a > 5)"},{"name":"d","expression":"(a > 1)"}],"unique_constraints":[{"name":"u","columns":["a"]}]""", "ALTER TABLE \"public\".\"t\"\n    DROP CONSTRAINT \"c\",\n    VALIDATE CONSTRAINT \"d\",\n    ADD CONSTRAINT \"u\" UNIQUE (\"a\"),\n    ADD CONSTRAINT \"c\" CHECK ((a > 5))", "index_build,long_lock" },
        { "foreign key goes", """[{"name":"a","type":"integer"}],"foreign_keys":[{"name":"f","columns":["a"],"references":"public.o","referenced_columns":["id"]}]""", """[{"name":"a","type":"integer"}]""", """ALTER TABLE "public"."t" DROP CONSTRAINT "f" """, "" },
        { "unlogged", """[{"name":"a","type":"integer"}]""", """[{"name":"a","type":"integer"}],"unlogged":true""", """ALTER TABLE "public"."t" SET UNLOGGED""", "table_rewrite,data_loss" },
        { "nothing", $$"""[{{Before}}]""", $$"""[{{Before}}]""", "", "" },
    };

    [Theory]
    [MemberData(nameof(Alterations))]
    public void Alter_Difference_IsExactlyThis(string what, string before, string after, string sql, string hazards)
    {
        var statements = _tables.Alter(Table(before), Table(after));

        Configs.Text(statements).ShouldBe(sql.TrimEnd(), what);
        string.Join(',', statements!.SelectMany(statement => statement.Hazards).Select(hazard => hazard.Name)).ShouldBe(hazards, what);
    }

    [Fact]
    public void Drop_Table_NamesWhatIsLost()
    {
        var drop = _tables.Drop(Table("[]")).ShouldHaveSingleItem();

        drop.Text.ShouldBe("""DROP TABLE "public"."t" """.TrimEnd());
        drop.Hazards.ShouldHaveSingleItem().Name.ShouldBe("data_loss");
    }

    private static System.Text.Json.Nodes.JsonObject Table(string columns) => Configs.Json($$"""{"schema":"public","name":"t","columns":{{columns}}}""");
}
