using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Kolumn.Testing;

namespace Kolumn.EndToEnd.Tests.Commands;

/// <summary>Databases that are not there or do not let us in. No password is ever repeated.</summary>
[Collection(OwnServer.Name)]
public sealed class DatabaseFaultTests(OwnPostgresServer databases) : IDisposable
{
    private const string Configuration = """
        variable "port" {
          type = number
        }
        variable "password" {
          type      = string
          sensitive = true
        }

        provider "postgres" {
          host     = var.host
          port     = var.port
          database = var.database
          username = var.username
          password = var.password
        }
        variable "host" { default = "127.0.0.1" }
        variable "database" { default = "postgres" }
        variable "username" { default = "postgres" }

        create "postgres_schema" "sales" {}

        """;

    private readonly KolumnProject _project = new();

    [Fact]
    public async Task Plan_NothingListens_SaysWhereItTried()
    {
        _project.Write("main.kl", Configuration);
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync("plan", "--var", $"port={FreePort()}", "--var", "password=hunter2-secret");

        run.ExitCode.ShouldBe(1);
        run.Errors.ShouldStartWith("Error: ");
        run.Errors.ShouldContain("127.0.0.1");
        run.Errors.ShouldContain("main.kl:9:1");
        run.Errors.ShouldNotContain("   at ");
        (run.Output + run.Errors).ShouldNotContain("hunter2-secret");
    }

    [Fact]
    public async Task Plan_WrongPassword_IsRefusedAndNotRepeated()
    {
        await using var database = await databases.CreateAsync(TestContext.Current.CancellationToken);
        var role = $"kolumn_login_{Guid.NewGuid():n}";
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'the-right-one'; GRANT ALL ON DATABASE {database.Name} TO {role}", TestContext.Current.CancellationToken);
        try
        {
            _project.Write("main.kl", Configuration);
            await _project.ExpectAsync(0, "init");

            var wrong = await PlanAsync("hunter2-secret");
            Assert.SkipWhen(wrong.ExitCode == 0, "This server lets everybody in without a password.");
            wrong.ExitCode.ShouldBe(1);
            wrong.Errors.ShouldContain(role);
            wrong.Errors.ShouldNotContain("   at ");
            (wrong.Output + wrong.Errors).ShouldNotContain("hunter2-secret");

            (await PlanAsync("the-right-one")).Output.ShouldContain("1 to create");

            Task<Kolumn.Servers.CommandResult> PlanAsync(string password) => _project.KolumnAsync(
                "plan", "--var", $"host={database.Host}", "--var", $"port={database.Port}", "--var", $"database={database.Name}", "--var", $"username={role}", "--var", $"password={password}");
        }
        finally
        {
            await database.ExecuteAsync($"REVOKE ALL ON DATABASE {database.Name} FROM {role}; DROP ROLE {role}", CancellationToken.None);
        }
    }

    [Fact]
    public async Task Plan_SqliteFolderIsMissing_IsADiagnostic()
    {
        _project.Write("main.kl", "provider \"sqlite\" {\n  database = \"not/there/test.db\"\n}\ncreate \"sqlite_table\" \"t\" {\n  column \"id\" {\n    type = \"INTEGER\"\n  }\n}\n");
        await _project.ExpectAsync(0, "init");

        var run = await _project.KolumnAsync("apply", "--auto-approve");

        run.ExitCode.ShouldBe(1, run.Output);
        run.Errors.ShouldStartWith("Error: ");
        run.Errors.ShouldContain("not/there");
        run.Errors.ShouldNotContain("   at ");
        Directory.CreateDirectory(_project.File("not/there"));
        await _project.ExpectAsync(0, "apply", "--auto-approve");
    }

    public void Dispose() => _project.Dispose();

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
