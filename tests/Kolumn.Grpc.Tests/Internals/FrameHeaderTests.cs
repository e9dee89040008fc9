using System.Buffers;
using Grpc.Core;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class FrameHeaderTests
{
    [Theory]
    [InlineData(false, 0, "0000000000")]
    [InlineData(false, 5, "0000000005")]
    [InlineData(true, 0x01020304, "0101020304")]
    public void Write_AnyHeader_IsFlagAndBigEndianLength(bool isCompressed, int length, string hex)
    {
        var bytes = new byte[FrameHeader.Size];

        FrameHeader.Write(bytes, isCompressed, length);

        Convert.ToHexString(bytes).ShouldBe(hex);
        FrameHeader.Read(bytes, null).ShouldBe(new FrameHeader(isCompressed, length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("00000000")]
    public void Read_FewerThanFiveBytes_WaitsForMore(string hex) =>
        FrameHeader.Read(new ReadOnlySequence<byte>(Convert.FromHexString(hex)), null).ShouldBeNull();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Read_HeaderAcrossSegments_IsRead(int split)
    {
        var bytes = Convert.FromHexString("0100010002FFFF");

        FrameHeader.Read(Segments.Of(bytes[..split], bytes[split..]), null).ShouldBe(new FrameHeader(true, 0x00010002));
    }

    [Theory]
    [InlineData("0200000000")]
    [InlineData("FF00000000")]
    [InlineData("8000000000")]
    public void Read_UnknownFlag_IsInternal(string hex) =>
        Should.Throw<WireException>(() => FrameHeader.Read(Convert.FromHexString(hex), null)).StatusCode.ShouldBe(StatusCode.Internal);

    [Theory]
    [InlineData("0000000064", 100, true)]
    [InlineData("0000000065", 100, false)]
    [InlineData("00FFFFFFFF", 100, false)]
    [InlineData("00FFFFFFFF", null, false)]
    [InlineData("0080000000", null, false)]
    [InlineData("0000000000", 0, true)]
    [InlineData("0000000001", 0, false)]
    public void Read_Length_IsCheckedBeforeAnyPayload(string hex, int? limit, bool isAccepted)
    {
        if (isAccepted)
        {
            FrameHeader.Read(Convert.FromHexString(hex), limit).IsCompressed.ShouldBeFalse();
        }
        else
        {
            Should.Throw<WireException>(() => FrameHeader.Read(Convert.FromHexString(hex), limit))
                .StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        }
    }
}
