using System.Text.Json.Nodes;
using Kolumn.Cli.Rendering;
using Kolumn.Core.Planning;
using Kolumn.Protocol;
using Kolumn.Protocol.Payloads;
using Kolumn.Protocol.Runtime;

namespace Kolumn.Cli.Tests.Rendering;

public sealed class PlanTextTests
{
    private static readonly PlannedResource Products = new()
    {
        ResourceType = "sqlite_table",
        Name = "products",
        Address = "sqlite_table.products",
        Action = ResourceActions.Create,
        Changes = new OrderedDictionary<string, AttributeChange>
        {
            ["name"] = New("products"),
            ["columns.id"] = New(new JsonObject { ["name"] = "id", ["type"] = "INTEGER", ["primary_key"] = true }),
            ["columns.sku"] = New(new JsonObject { ["name"] = "sku", ["type"] = "TEXT", ["nullable"] = false }),
            ["columns.price_cents"] = New(new JsonObject { ["name"] = "price_cents", ["type"] = "INTEGER", ["default"] = "0" }),
            ["checks.ck_products_price"] = New(new JsonObject { ["name"] = "ck_products_price", ["expression"] = "price_cents >= 0" }),
            ["primary_key"] = New(new JsonArray("id")),
        },
        RiskLevel = "low",
        Statements = ["CREATE TABLE products (\n  id INTEGER PRIMARY KEY\n);"],
    };

    private static readonly PlannedResource Customers = new()
    {
        ResourceType = "sqlite_table",
        Name = "customers",
        Address = "sqlite_table.customers",
        Action = ResourceActions.Update,
        RiskLevel = "high",
        Changes = new OrderedDictionary<string, AttributeChange>
        {
            ["columns.age"] = new() { Action = ResourceActions.Delete, OldValue = new JsonObject { ["name"] = "age", ["type"] = "INTEGER" } },
            ["columns.email.type"] = Changed("TEXT", "VARCHAR(200)"),
            ["columns.phone"] = New(new JsonObject { ["name"] = "phone", ["type"] = "TEXT" }),
            ["api_key"] = new() { Action = ResourceActions.Update, OldValue = "one", NewValue = "two", Sensitive = true },
        },
        Hazards = [new Hazard("data_loss", "dropping the column age deletes what it holds"), new Hazard("table_rewrite", "customers is copied into a new table")],
        Statements = ["ALTER TABLE customers DROP COLUMN age", "ALTER TABLE customers ADD COLUMN phone TEXT"],
    };

    private static readonly PlannedResource Revenue = new()
    {
        ResourceType = "sqlite_view",
        Name = "revenue",
        Address = "sqlite_view.revenue",
        Action = ResourceActions.Replace,
        RequiresReplace = true,
        Dependencies = ["sqlite_table.customers"],
        Changes = new OrderedDictionary<string, AttributeChange>
        {
            ["query"] = new()
            {
                Action = ResourceActions.Update,
                OldValue = "SELECT id, name\nFROM customers\nWHERE active = 1",
                NewValue = "SELECT id, name, phone\nFROM customers\nWHERE active = 1",
                RequiresReplace = true,
            },
        },
    };

    private static readonly PlannedResource Suppliers = new()
    {
        ResourceType = "sqlite_table",
        Name = "suppliers",
        Address = "sqlite_table.suppliers",
        Action = ResourceActions.Update,
        Drift = new OrderedDictionary<string, AttributeChange> { ["columns.fax"] = New(new JsonObject { ["name"] = "fax", ["type"] = "TEXT" }) },
        Changes = new OrderedDictionary<string, AttributeChange>
        {
            ["columns.fax"] = new() { Action = ResourceActions.Delete, OldValue = new JsonObject { ["name"] = "fax", ["type"] = "TEXT" } },
        },
    };

    private static readonly PlannedResource[] Everything =
    [
        Products,
        Customers,
        Revenue,
        Suppliers,
        Of("sqlite_table", "countries", ResourceActions.Read) with { Reason = "exists and equals the configuration" },
        Of("sqlite_table", "orders", ResourceActions.NoOp),
        Of("sqlite_index", "old_index", ResourceActions.Delete) with { Dependencies = ["sqlite_table.old"] },
        Of("sqlite_table", "old", ResourceActions.Delete) with { RiskLevel = "critical" },
    ];

    private static readonly DeferredResource Waiting = new("postgres_table.audit", "postgres", ResourceActions.Create, ["columns[0].default"]);

    private static readonly PlannedOutput[] Outputs =
    [
        new("database", "shop.db", false, true, ResourceActions.Create),
        new("password", null, true, true, ResourceActions.Update),
        new("audit_id", null, false, false, ResourceActions.Create),
        new("gone", null, false, true, ResourceActions.Delete),
        new("same", 1, false, true, ResourceActions.NoOp),
    ];

    [Fact]
    public void Render_EveryAction() => Golden.ShouldMatch(PlanText.Render(PlanOf(Everything) with { Deferred = [Waiting], Outputs = Outputs }, Palette.None, 100, new PlanTextOptions()), "plan-every-action");

    [Fact]
    public void Render_EveryActionExplained() => Golden.ShouldMatch(
        PlanText.Render(PlanOf(Everything) with { Deferred = [Waiting], Outputs = Outputs }, Palette.None, 100, new PlanTextOptions(Detailed: true, Statements: true, Phases: true)), "plan-explained");

    [Fact]
    public void Render_EveryActionInColour() => Golden.ShouldMatch(PlanText.Render(PlanOf(Everything) with { Deferred = [Waiting], Outputs = Outputs }, Palette.Ansi, 100, new PlanTextOptions()), "plan-colours");

    [Fact]
    public void Render_Locks_AreThoseThatReadersOrWritersNotice()
    {
        var orders = Of("postgres_table", "orders", ResourceActions.Update) with
        {
            Locks =
            [
                new ObjectLock("ACCESS EXCLUSIVE", "public.orders", ObjectLock.Readers), new ObjectLock("ACCESS EXCLUSIVE", "public.users", ObjectLock.Readers),
                new ObjectLock("SHARE ROW EXCLUSIVE", "public.products", ObjectLock.Writers), new ObjectLock("SHARE UPDATE EXCLUSIVE", "public.notes", ObjectLock.Changes),
            ],
        };

        var text = PlanText.Render(PlanOf([orders]), Palette.None, 100, new PlanTextOptions());

        text.Split('\n').Where(line => line.Contains("lock", StringComparison.Ordinal)).ShouldBe(
            ["             lock: ACCESS EXCLUSIVE on public.orders, public.users", "             lock: SHARE ROW EXCLUSIVE on public.products"]);
    }

    [Theory]
    [InlineData(0, "No changes. There is nothing in it, and nothing recorded.\n")]
    [InlineData(1, "No changes. The one resource is as the configuration says.\n")]
    [InlineData(3, "No changes. All 3 resources are as the configuration says.\n")]
    public void Render_NothingToDo_SaysSo(int unchanged, string expected)
    {
        var operations = Enumerable.Range(0, unchanged).Select(i => Of("sqlite_table", $"t{i}", ResourceActions.NoOp)).ToList();

        PlanText.Render(PlanOf(operations), Palette.None, 100, new PlanTextOptions()).ShouldBe(expected);
    }

    [Fact]
    public void Render_SensitiveChange_ShowsNoValue()
    {
        var text = PlanText.Render(PlanOf([Customers]), Palette.None, 100, new PlanTextOptions(Detailed: true));

        text.ShouldContain("(sensitive value) -> (sensitive value)");
        text.ShouldNotContain("two");
    }

    [Fact]
    public void Render_NamesOfManyColumns_WrapAtTheWidth()
    {
        var changes = new OrderedDictionary<string, AttributeChange>();
        for (var i = 0; i < 40; i++)
        {
            changes[$"columns.column_{i}"] = New(new JsonObject { ["name"] = $"column_{i}", ["type"] = "INTEGER" });
        }

        var text = PlanText.Render(PlanOf([Products with { Changes = changes }]), Palette.None, 80, new PlanTextOptions());

        text.Split('\n').ShouldAllBe(line => line.Length <= 80);
        text.ShouldContain("column_39 INTEGER");
    }

    [Fact]
    public void Render_NamesWithEscapes_NeutralisesThem() => PlanText.Render(
        PlanOf([Of("sqlite_table", "a\e[2Jb", ResourceActions.Delete) with { Reason = "gone\e[1m" }]), Palette.None, 80, new PlanTextOptions()).ShouldNotContain('\e');

    private static ProjectPlan PlanOf(IReadOnlyList<PlannedResource> operations) => new()
    {
        CreatedAt = DateTimeOffset.UnixEpoch,
        Lineage = "lineage",
        Serial = 1,
        Batches = [new PlannedBatch("sqlite", new RuntimePlan { Operations = operations }) { RequestHash = "hash" }],
    };

    private static PlannedResource Of(string type, string name, string action) =>
        new() { ResourceType = type, Name = name, Address = $"{type}.{name}", Action = action };

    private static AttributeChange New(JsonNode value) => new() { Action = ResourceActions.Create, NewValue = value };

    private static AttributeChange Changed(JsonNode old, JsonNode @new) => new() { Action = ResourceActions.Update, OldValue = old, NewValue = @new };
}
