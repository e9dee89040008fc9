using Kolumn.Providers.MySql.Tests.Scenarios;
using Kolumn.Testing;
using static Kolumn.Testing.ProviderScenario;

namespace Kolumn.Providers.MySql.Tests.Resources;

public sealed class EventTests(MariaDbDatabases databases) : MySqlTest(databases)
{
    private const string Query = """
        SELECT concat_ws(' ', event_type, interval_value, interval_field, execute_at, IF(starts > '2030-01-01', starts, NULL), ends, on_completion, status, time_zone, event_comment, event_definition)
        FROM information_schema.events WHERE event_schema = database()
        """;

    [Fact]
    public async Task Event_FromCreationToEnd_ChangesInPlace() => await new Lifecycle(Database, "mysql_event", "clean").RunAsync(
        Token,
        new Stage("""{ "every": "1 DAY", "body": "DO 1;" }""", "create", Query, "RECURRING 1 DAY NOT PRESERVE ENABLED +00:00  DO 1"),
        new Stage("""{ "every": "1 day", "enabled": false, "comment": "it's", "body": "BEGIN DO 1; DO 2; END" }""", "update", Query, "RECURRING 1 DAY NOT PRESERVE DISABLED +00:00 it's BEGIN DO 1; DO 2; END"),
        new Stage("""{ "every": "1:30 hour_minute", "starts": "2031-01-01", "ends": "2032-01-01T01:02:03", "preserve": true, "time_zone": "+02:00", "body": "DO 1" }""", "update",
            Query, "RECURRING '1:30' HOUR_MINUTE 2031-01-01 00:00:00 2032-01-01 01:02:03 PRESERVE ENABLED +02:00  DO 1"),
        new Stage("""{ "at": "2033-01-01 12:00", "time_zone": "+00:00", "body": "DO 1" }""", "update", Query, "ONE TIME 2033-01-01 12:00:00 NOT PRESERVE ENABLED +00:00  DO 1"));

    [Fact]
    public async Task Apply_EventIsRenamed_KeepsItsDefinerAndStart()
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);
        await scenario.ApplyAsync([Resource("mysql_event", "e", """{ "every": "1 hour", "definer": "somebody@localhost", "body": "DO 1" }""")], Token);
        var renamed = Resource("mysql_event", "e", """{ "name": "f", "renamed_from": "e", "every": "2 hour", "body": "DO 1" }""");

        await scenario.ApplyAsync([renamed], Token);

        await scenario.ShouldBeInSyncAsync([renamed], Token);
        (await Database.QueryAsync("SELECT concat_ws(' ', event_name, interval_value, definer) FROM information_schema.events WHERE event_schema = database()", Token)).ShouldBe(["f 2 somebody@localhost"]);
    }

    [Theory]
    [InlineData("""{ "every": "1 day", "at": "2030-01-01", "body": "DO 1" }""", "An event happens either every so often or at one moment")]
    [InlineData("""{ "every": "some day", "body": "DO 1" }""", "'some day' is no span of time")]
    [InlineData("""{ "at": "tomorrow", "body": "DO 1" }""", "'tomorrow' is no moment")]
    [InlineData("""{ "at": "2030-01-01", "time_zone": "x'y", "body": "DO 1" }""", "'x'y' is no time zone")]
    public async Task Plan_Mistake_IsNamed(string config, string summary)
    {
        await using var scenario = await Scenario.StartAsync(Database, Token);

        (await scenario.PlanAsync([Resource("mysql_event", "e", config)], Token)).Diagnostics.ShouldHaveSingleItem().Summary.ShouldBe(summary);
    }
}
