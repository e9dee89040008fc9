using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>The quickstart's shop through the whole life of a project, with the real executables.</summary>
public sealed class QuickstartTests : IDisposable
{
    private readonly KolumnProject _project = new KolumnProject().CopyFrom("quickstart");

    public QuickstartTests() => Providers.Sqlite.Database.NativeSqlite.Require();

    [Fact]
    public async Task Transport_UnixInTheProviderBlock_Works()
    {
        _project.Edit("providers.kl", "  database = var.database\n", "  database  = var.database\n  transport = \"unix\"\n");

        await _project.ExpectAsync(0, "init");
        await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Transport_Unknown_NamesThePlaceAndTheChoices()
    {
        _project.Edit("providers.kl", "  database = var.database\n", "  database  = var.database\n  transport = \"pigeon\"\n");

        await _project.ExpectAsync(0, "init");
        var said = await _project.ExpectAsync(1, "plan");

        said.ShouldContain("There is no such transport");
        said.ShouldContain("providers.kl:4:");
        said.ShouldContain("\"unix\"");
    }

    [Fact]
    public async Task Shop_FromInitToDestroy()
    {
        // 1: ready, with a lock file that names the provider
        (await _project.ExpectAsync(0, "init")).ShouldContain("Project initialized.");
        File.ReadAllText(_project.File(".kolumn.lock")).ShouldContain("\"kolumn/sqlite\"");
        (await _project.ExpectAsync(0, "validate")).ShouldContain("17 resources");

        // 2: planned, applied, and then as the configuration says
        (await _project.ExpectAsync(2, "plan", "--detailed-exitcode")).ShouldContain("Plan: 17 to create, 0 to change, 0 to destroy.");
        (await _project.ExpectAsync(0, "apply", "--auto-approve")).ShouldContain("Apply complete! Resources: 17 added, 0 changed, 0 destroyed.");
        Objects().Count(o => o.StartsWith("table ", StringComparison.Ordinal)).ShouldBe(9);
        (await _project.ExpectAsync(0, "plan", "--detailed-exitcode")).ShouldContain("No changes. All 17 resources are as the configuration says.");

        // 3: what is recorded
        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("sqlite_trigger.order_total\n");
        (await _project.ExpectAsync(0, "state", "show", "sqlite_table.products")).ShouldContain("create \"sqlite_table\" \"products\" {");
        (await _project.ExpectAsync(0, "output", "--raw", "database")).Trim().ShouldBe("shop.db");
        (await _project.ExpectAsync(0, "show")).ShouldContain("database = \"shop.db\"");

        // 4: a change in the text
        _project.Edit("catalog.kl", "  column \"active\" {\n", "  column \"weight_grams\" {\n    type = \"INTEGER\"\n  }\n  column \"active\" {\n");
        var changed = await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
        changed.ShouldContain("~ change   sqlite_table.products");
        changed.ShouldContain("+ columns.weight_grams");
        await _project.ExpectAsync(0, "apply", "--auto-approve");

        // 5: a change behind Kolumn's back
        (await _project.ExpectAsync(0, "drift", "--detailed-exitcode")).ShouldContain("No drift. Resources as recorded: 17.");
        Execute("ALTER TABLE suppliers ADD COLUMN fax TEXT");
        var told = JsonNode.Parse(await _project.ExpectAsync(2, "drift", "--detailed-exitcode", "--json"))!;
        told["has_drift"]!.GetValue<bool>().ShouldBeTrue();
        told["summary"]!.ToJsonString().ShouldBe("""{"recorded":17,"in_sync":16,"drifted":1,"missing":0}""");
        told["resources"]!.AsArray().Where(r => r!["status"]!.GetValue<string>() != "in_sync").ShouldHaveSingleItem()!.ShouldSatisfyAllConditions(
            r => $"{r["address"]} {r["provider"]} {r["status"]}".ShouldBe("sqlite_table.suppliers sqlite drifted"),
            r => r["drift"]!.AsObject().ShouldHaveSingleItem().ShouldSatisfyAllConditions(d => d.Key.ShouldBe("columns.fax"), d => d.Value!["action"]!.GetValue<string>().ShouldBe("create")));
        var drifted = await _project.ExpectAsync(2, "plan", "--detailed-exitcode");
        drifted.ShouldContain("Changed outside Kolumn since the last apply:");
        drifted.ShouldContain("columns.fax");
        await _project.ExpectAsync(0, "apply", "--auto-approve", "--allow", "data_loss");
        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");

        // 6: gone
        (await _project.ExpectAsync(0, "destroy", "--auto-approve")).ShouldContain("Destroy complete! Resources: 0 added, 0 changed, 17 destroyed.");
        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("Nothing is recorded yet.");

        // 7: and kept, until somebody restores or purges it
        (await _project.ExpectAsync(0, "quarantine", "list")).ShouldContain("sqlite_table.suppliers");
        (await _project.ExpectAsync(0, "restore", "sqlite_table.suppliers")).ShouldContain("Restored:");
        Objects().ShouldContain("table suppliers");
        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("sqlite_table.suppliers\n");
        (await _project.ExpectAsync(0, "quarantine", "purge", "--expired")).ShouldContain("Dropped for good: nothing.");
        (await _project.ExpectAsync(0, "quarantine", "purge", "--all")).ShouldContain("sqlite_table.products");
        Objects().Where(o => o.Contains("kolumn_quarantine_", StringComparison.Ordinal)).ShouldBeEmpty();
        (await _project.ExpectAsync(1, "restore", "sqlite_table.products")).ShouldContain("Nothing in quarantine is called \"sqlite_table.products\"");
    }

    [Fact]
    public async Task Apply_SavedPlan_DoesExactlyThat()
    {
        await _project.ExpectAsync(0, "init");
        (await _project.ExpectAsync(0, "plan", "-o", _project.File("shop.klplan"))).ShouldContain("Saved as");
        (await _project.ExpectAsync(0, "show", _project.File("shop.klplan"))).ShouldContain("Plan: 17 to create");

        await _project.ExpectAsync(0, "apply", _project.File("shop.klplan"));

        await _project.ExpectAsync(0, "plan", "--detailed-exitcode");
    }

    [Fact]
    public async Task Json_EveryCommand_IsOneDocumentWithTheDocumentedMembers()
    {
        (await JsonAsync(0, "init")).GetProperty("providers")[0].GetProperty("digest").GetString()!.ShouldStartWith("sha256");
        (await JsonAsync(0, "validate")).GetProperty("resources").GetInt32().ShouldBe(17);

        var plan = await JsonAsync(0, "plan");
        plan.GetProperty("changes_pending").GetBoolean().ShouldBeTrue();
        plan.GetProperty("summary").GetProperty("create").GetInt32().ShouldBe(17);
        var first = plan.GetProperty("resources")[0];
        first.GetProperty("address").GetString().ShouldBe("sqlite_table.categories");
        first.GetProperty("provider").GetString().ShouldBe("sqlite");
        first.GetProperty("action").GetString().ShouldBe("create");
        first.GetProperty("statements")[0].GetString()!.ShouldStartWith("CREATE TABLE");

        var apply = await JsonAsync(0, "apply", "--auto-approve");
        apply.GetProperty("summary").GetProperty("added").GetInt32().ShouldBe(17);
        apply.GetProperty("results")[0].GetProperty("outcome").GetString().ShouldBe("succeeded");
        apply.GetProperty("outputs").GetProperty("database").GetProperty("value").GetString().ShouldBe("shop.db");

        (await JsonAsync(0, "state", "list")).GetProperty("resources").GetArrayLength().ShouldBe(17);
        (await JsonAsync(0, "state", "show", "sqlite_table.stock")).GetProperty("resource").GetProperty("attributes").GetProperty("name").GetString().ShouldBe("stock");
        (await JsonAsync(0, "show")).GetProperty("serial").GetInt64().ShouldBeGreaterThan(0);
        (await JsonAsync(0, "output", "tables")).GetProperty("outputs").GetProperty("tables").GetProperty("value").GetArrayLength().ShouldBe(9);
        (await JsonAsync(0, "destroy", "--auto-approve")).GetProperty("summary").GetProperty("destroyed").GetInt32().ShouldBe(17);
    }

    [Fact]
    public async Task Apply_NobodyAgrees_ChangesNothing()
    {
        await _project.ExpectAsync(0, "init");

        (await _project.ExpectAsync(1, "apply")).ShouldContain("There is nobody to ask");

        Objects().ShouldBeEmpty();
        (await _project.ExpectAsync(0, "state", "list")).ShouldContain("Nothing is recorded yet.");
    }

    [Fact]
    public async Task Plan_ProviderReplacedSinceInit_IsRefusedUntilItIsLockedAgain()
    {
        await _project.ExpectAsync(0, "init");
        var text = File.ReadAllText(_project.File(".kolumn.lock"));
        var digest = text[(text.IndexOf("sha256", StringComparison.Ordinal) + 12)..];
        digest = digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..][..40];
        File.WriteAllText(_project.File(".kolumn.lock"), text.Replace(digest, new string('0', 40), StringComparison.Ordinal));

        (await _project.ExpectAsync(1, "plan")).ShouldContain("it was not executed");
        (await _project.ExpectAsync(1, "init")).ShouldContain("is not the one that was locked");

        (await _project.ExpectAsync(0, "init", "--upgrade")).ShouldContain("locked anew");
        await _project.ExpectAsync(0, "plan");
    }

    public void Dispose() => _project.Dispose();

    private async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments)
    {
        var run = await _project.KolumnAsync([.. arguments, "--json"]);
        run.ExitCode.ShouldBe(exitCode, run.Output + run.Errors);
        run.Errors.Trim().ShouldBeEmpty();
        var document = JsonDocument.Parse(run.Output).RootElement;
        document.GetProperty("format").GetInt32().ShouldBe(1);
        document.GetProperty("success").GetBoolean().ShouldBeTrue();
        return document;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Objects()
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT type || ' ' || name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' AND name <> 'kolumn_audit_log'";
        using var reader = command.ExecuteReader();
        var objects = new List<string>();
        while (reader.Read())
        {
            objects.Add(reader.GetString(0));
        }

        return objects;
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_project.File("shop.db")};Pooling=False");
        connection.Open();
        return connection;
    }
}
