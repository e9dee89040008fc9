using Kolumn.Servers;
using Kolumn.Testing;
using MySqlConnector;

namespace Kolumn.MariaDb.Tests;

/// <summary>TLS: what each mode asks for, and what it says when it does not get it.</summary>
public sealed class TlsTests(MariaDbDatabases databases) : MariaDbTest(databases)
{
    [Theory]
    [InlineData("SslMode=None", false)]
    [InlineData("SslMode=Preferred", true)]
    [InlineData("SslMode=Required", true)]
    public async Task Mode_WithoutVerification_EncryptsAsItSays(string settings, bool encrypted)
    {
        await RequireAuthorityAsync();
        await using var connection = await OpenAsync($"Pooling=false;{settings}");

        (await CipherAsync(connection)).Length.ShouldBeInRange(encrypted ? 1 : 0, encrypted ? 100 : 0);
    }

    [Theory]
    [InlineData("VerifyCA")]
    [InlineData("VerifyFull")]
    public async Task Mode_WithTheServersAuthority_Connects(string mode)
    {
        var authority = await RequireAuthorityAsync();
        await using var connection = await OpenAsync($"Pooling=false;SslMode={mode};SslCa={authority}");

        (await CipherAsync(connection)).ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("VerifyCA", true)]
    [InlineData("VerifyFull", true)]
    [InlineData("VerifyCA", false)]
    [InlineData("VerifyFull", false)]
    public async Task Mode_WithAnotherAuthority_IsRefusedWithTheReason(string mode, bool named)
    {
        await RequireAuthorityAsync();
        var another = Path.GetTempFileName();
        try
        {
            using var key = System.Security.Cryptography.ECDsa.Create();
            var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=another", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            await File.WriteAllTextAsync(another, certificate.ExportCertificatePem(), Token);

            var failure = await Should.ThrowAsync<MySqlException>(() => OpenAsync($"Pooling=false;SslMode={mode}" + (named ? $";SslCa={another}" : "")));

            failure.Number.ShouldBe(2026);
            failure.Message.ShouldContain("certificate");
        }
        finally
        {
            File.Delete(another);
        }
    }

    [Fact]
    public async Task VerifyFull_UnderAnotherName_IsRefused()
    {
        var authority = await RequireAuthorityAsync();

        // 127.0.0.2 is this machine too, but the certificate does not say so.
        var failure = await Should.ThrowAsync<MySqlException>(() => OpenAsync($"Pooling=false;Server=127.1;SslMode=VerifyFull;SslCa={authority}"));

        failure.Number.ShouldBe(2026);
    }

    [Theory]
    [InlineData("Required")]
    [InlineData("VerifyCA")]
    [InlineData("VerifyFull")]
    public async Task Mode_OfAServerWithoutTls_IsRefused(string mode)
    {
        var authority = await RequireAuthorityAsync();
        var binaries = MariaDbCluster.FindBinaries();
        Assert.SkipWhen(binaries is null, "no installed MariaDB to start without TLS");
        await using var server = await MariaDbCluster.StartAsync(binaries!, Token, "--skip-ssl");
        var settings = MariaDbUrl.Parse(server.Url).ToConnectionString() + $";Pooling=false;SslCa={authority};SslMode=";
        await using var refused = new MySqlConnection(settings + mode);

        var failure = await Should.ThrowAsync<MySqlException>(() => refused.OpenAsync(Token));

        failure.Number.ShouldBe(2026);
        failure.Message.ShouldBeOneOf(
            $"SslMode is {mode}, but the server at 127.0.0.1 does not offer TLS.",
            "TLS/SSL error: SSL is required, but the server does not support it");
        await using var plain = new MySqlConnection(settings + "Preferred");
        await plain.OpenAsync(Token);
        await ShouldWorkAsync(plain);
    }

    [Fact]
    public async Task Authority_WhoseFileIsMissing_IsNamed()
    {
        var failure = await Should.ThrowAsync<MySqlException>(() => OpenAsync("Pooling=false;SslMode=VerifyCA;SslCa=/nowhere/ca.pem"));

        failure.Number.ShouldBe(2026);
    }

    // A server of ours names its authority's file; another may not have TLS, or have it elsewhere.
    private async Task<string> RequireAuthorityAsync()
    {
        var file = await ScalarAsync("SELECT @@ssl_ca") as string;
        Assert.SkipUnless(File.Exists(file), "the server's certificate authority is not on this machine");
        return file!;
    }

    private static async Task<string> CipherAsync(MySqlConnection connection)
    {
        await using var command = new MySqlCommand("SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'SSL_CIPHER'", connection);
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }
}
