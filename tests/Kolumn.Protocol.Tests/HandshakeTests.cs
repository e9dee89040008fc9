using System.Text;

namespace Kolumn.Protocol.Tests;

public sealed class HandshakeTests
{
    private const string Sockets = "/run/kolumn-1";

    [Theory]
    [InlineData("1|1|tcp|127.0.0.1:4711|grpc|", "tcp", "127.0.0.1:4711", "")]
    [InlineData("1|1|tcp|127.0.0.1:4711|grpc", "tcp", "127.0.0.1:4711", "")]
    [InlineData("1|1|tcp|[::1]:1|grpc|AQID", "tcp", "[::1]:1", "010203")]
    [InlineData("1|1|unix|/run/kolumn-1/s|grpc|AQI", "unix", "/run/kolumn-1/s", "0102")]
    [InlineData("1|1|unix|/run/kolumn-1/s|grpc|AQI=|true", "unix", "/run/kolumn-1/s", "0102")]
    [InlineData("1|1|tcp|127.0.0.1:4711|grpc|AQI=\r", "tcp", "127.0.0.1:4711", "0102")]
    public void Parse_WellFormedLine_ReadsEveryField(string line, string network, string address, string certificate)
    {
        var handshake = Handshake.Parse(line, Sockets, out var fault);

        fault.ShouldBe("");
        handshake.ShouldNotBeNull();
        handshake.AppVersion.ShouldBe(1);
        handshake.Network.ShouldBe(network);
        handshake.Address.ShouldBe(address);
        Convert.ToHexString(handshake.Certificate).ShouldBe(certificate);
    }

    [Theory]
    [InlineData("1|1|tcp", "3 fields")]
    [InlineData("1|1|tcp|127.0.0.1:1|grpc||true|more", "8 fields")]
    [InlineData("2|1|tcp|127.0.0.1:1|grpc|", "core protocol version is '2'")]
    [InlineData("1|one|tcp|127.0.0.1:1|grpc|", "'one' is not a number")]
    [InlineData("1|1|tcp|127.0.0.1:1|netrpc|", "protocol is 'netrpc'")]
    [InlineData("1|1|udp|127.0.0.1:1|grpc|", "network is 'udp'")]
    [InlineData("1|1|tcp|127.0.0.1:0|grpc|", "port from 1 to 65535")]
    [InlineData("1|1|tcp|127.0.0.1:70000|grpc|", "port from 1 to 65535")]
    [InlineData("1|1|tcp|127.0.0.1|grpc|", "port from 1 to 65535")]
    [InlineData("1|1|tcp|10.0.0.1:80|grpc|", "not a loopback address")]
    [InlineData("1|1|tcp|0.0.0.0:80|grpc|", "not a loopback address")]
    [InlineData("1|1|tcp|localhost:80|grpc|", "not an IP address")]
    [InlineData("1|1|unix|relative/s|grpc|", "not absolute")]
    [InlineData("1|1|unix|/run/kolumn-1/../kolumn-2/s|grpc|", "outside the directory")]
    [InlineData("1|1|unix|/run/kolumn-10/s|grpc|", "outside the directory")]
    [InlineData("1|1|tcp|127.0.0.1:1|grpc|%%%", "not base64")]
    [InlineData("1|1|tcp|127.0.0.1:1\0|grpc|", "control characters")]
    [InlineData("1\0|1|tcp|127.0.0.1:1|grpc|", "control characters")]
    [InlineData("1|1\0|tcp|127.0.0.1:1|grpc|", "control characters")]
    [InlineData("1|1|unix|/run/kolumn-1/s\u001b[2J|grpc|", "control characters")]
    [InlineData("1|1|tcp|127.0.0.1:1|grpc|AQID\tBA", "control characters")]
    [InlineData("1|1|tcp|127.0.0.1:1|grpc||true\u0085", "control characters")]
    public void Parse_MalformedLine_SaysWhatIsWrong(string line, string expected)
    {
        Handshake.Parse(line, Sockets, out var fault).ShouldBeNull();

        fault.ShouldContain(expected);
    }

    [Fact]
    public void Parse_SocketPathTooLong_SaysTheLimit()
    {
        var line = $"1|1|unix|{Sockets}/{new string('s', 100)}|grpc|";

        Handshake.Parse(line, Sockets, out var fault).ShouldBeNull();

        fault.ShouldContain("bytes that the system allows");
    }

    [Fact]
    public void Format_ThenParse_IsTheSame()
    {
        var handshake = new Handshake { AppVersion = 7, Network = "tcp", Address = "127.0.0.1:65535", Certificate = [1, 2, 3, 4] };

        var line = handshake.Format();
        var parsed = Handshake.Parse(line, null, out _);

        line.ShouldBe("1|7|tcp|127.0.0.1:65535|grpc|AQIDBA");
        parsed.ShouldNotBeNull();
        parsed.Certificate.ShouldBe(handshake.Certificate);
        (parsed with { Certificate = handshake.Certificate }).ShouldBe(handshake);
    }

    [Theory]
    [InlineData("1|1|tcp|127.0.0.1:1|grpc|", true)]
    [InlineData("99|x", true)]
    [InlineData("hello", false)]
    [InlineData("a|b", false)]
    [InlineData("|1|", false)]
    [InlineData("", false)]
    public void LooksLikeOne_Line_TellsNoiseFromHandshake(string line, bool expected) => Handshake.LooksLikeOne(line).ShouldBe(expected);

    [Fact]
    public void Parse_RandomLines_NeverCrashes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        const string alphabet = "1|tcpunixgrpc.:/0=\0\u00e9[]% 9";
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (var length = random.Next(60); length > 0; length--)
            {
                text.Append(alphabet[random.Next(alphabet.Length)]);
            }

            var line = random.Next(2) == 0 ? text.ToString() : "1|1|tcp|" + text;
            var handshake = Handshake.Parse(line, Sockets, out var fault);
            (handshake is null).ShouldBe(fault.Length > 0, $"seed {seed}: {line}");
        }
    }
}
