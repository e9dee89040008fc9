using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server.Internal;
using Grpc.Core;
using Grpc.Net.Client;
using Kolumn.Grpc.Tests.Hosting;
using Kolumn.Grpc.Tests.Protos;

namespace Kolumn.Grpc.Tests.Calls;

/// <summary>Who may talk to whom. After every refusal the server still serves those it knows.</summary>
public sealed class MutualTlsTests : CallTest
{
    [Fact]
    public async Task Client_WithTheRightCertificate_IsKnownToTheService()
    {
        AuthContext? seen = null;
        await using var server = await ProbeServer.StartAsync(ServerKind.LocalMutualTls, new ProbeService
        {
            OnEcho = (_, context) =>
            {
                seen = context.AuthContext;
                return Task.FromResult(new ProbeReply());
            },
        });

        await server.CreateClient().EchoAsync(Request("x"), cancellationToken: TestToken);

        seen!.IsPeerAuthenticated.ShouldBeTrue();
        seen.PeerIdentity.Select(property => property.Value).ShouldBe(["localhost"]);
        seen.FindPropertiesByName("x509_common_name").Select(property => property.Value).ShouldBe(["localhost"]);
    }

    [Fact]
    public async Task Client_WithAStrangersCertificate_IsRefused() => await ShouldBeRefusedAsync(TestCertificates.Stranger, TestCertificates.Server);

    [Fact]
    public async Task Client_WithoutCertificate_IsRefused() => await ShouldBeRefusedAsync(null, TestCertificates.Server);

    [Fact]
    public async Task Server_WithAnotherCertificateThanAnnounced_IsRefused() =>
        await ShouldBeRefusedAsync(TestCertificates.Client, TestCertificates.Stranger);

    [Fact]
    public async Task Client_SpeakingPlainText_IsRefused()
    {
        await using var server = await ProbeServer.StartAsync(ServerKind.LocalMutualTls, new ProbeService());
        using var channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = server.CreateHandler(null, TestCertificates.Server),
            DisposeHttpClient = true,
        });

        var failure = await FailureOfAsync(async () =>
            await new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        await ShouldStillAnswerAsync(server.CreateClient());
    }

    [Fact]
    public async Task Server_WithoutClientVerification_ServesAnyone()
    {
        await using var server = new LocalGrpcServer(new LocalGrpcServerOptions
        {
            Endpoint = new LocalEndpoint.Tcp(0, 0),
            Certificate = TestCertificates.Server,
        });
        server.Bind(binder => Probe.BindService(binder, new ProbeService()));
        await server.StartAsync(TestToken);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => TestCertificates.AreSame(shown, TestCertificates.Server);
        using var channel = GrpcChannel.ForAddress($"https://{server.BoundEndpoint}", new GrpcChannelOptions { HttpHandler = handler });

        await ShouldStillAnswerAsync(new Probe.ProbeClient(channel));
    }

    private static async Task ShouldBeRefusedAsync(X509Certificate2? show, X509Certificate2 accept)
    {
        await using var server = await ProbeServer.StartAsync(ServerKind.LocalMutualTls, new ProbeService());
        using var channel = GrpcChannel.ForAddress(server.Address, new GrpcChannelOptions
        {
            HttpHandler = server.CreateHandler(show, accept),
            DisposeHttpClient = true,
        });

        var failure = await FailureOfAsync(async () =>
            await new Probe.ProbeClient(channel).EchoAsync(Request("x"), cancellationToken: TestToken));

        failure.StatusCode.ShouldBe(StatusCode.Unavailable);
        await ShouldStillAnswerAsync(server.CreateClient());
    }
}
