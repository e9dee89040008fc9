using Grpc.Core;
using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class BinaryValueTests
{
    [Theory]
    [InlineData(new byte[0], "")]
    [InlineData(new byte[] { 0xFF }, "/w")]
    [InlineData(new byte[] { 0xFF, 0xFE }, "//4")]
    [InlineData(new byte[] { 1, 2, 3 }, "AQID")]
    public void Encode_AnyBytes_IsUnpadded(byte[] value, string text) => BinaryValue.Encode(value).ShouldBe(text);

    [Theory]
    [InlineData("", new byte[0])]
    [InlineData("/w", new byte[] { 0xFF })]
    [InlineData("/w==", new byte[] { 0xFF })]
    [InlineData("//4", new byte[] { 0xFF, 0xFE })]
    [InlineData("//4=", new byte[] { 0xFF, 0xFE })]
    [InlineData(" AQID ", new byte[] { 1, 2, 3 })]
    public void TryDecode_PaddedOrNot_GivesTheBytes(string text, byte[] value)
    {
        BinaryValue.TryDecode(text, out var decoded).ShouldBeTrue();
        decoded.ShouldBe(value);
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AQIDA")]
    [InlineData("A*ID")]
    [InlineData("_w")]
    [InlineData("größe")]
    public void TryDecode_NotBase64_IsRefused(string text) => BinaryValue.TryDecode(text, out _).ShouldBeFalse();

    [Fact]
    public void Add_SeveralBinaryValuesInOneHeader_AreSplit()
    {
        var metadata = new Metadata();

        MetadataText.Add(metadata, "trace-bin", "AQ, Ag==,*,Aw");

        metadata.GetAll("trace-bin").Select(entry => entry.ValueBytes).ShouldBe([[1], [2], [3]]);
    }

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("Content-Type")]
    [InlineData(":path")]
    [InlineData("TE")]
    [InlineData("bad name")]
    [InlineData("")]
    public void Add_NameThatIsNoMetadata_IsLeftOut(string name)
    {
        var metadata = new Metadata();

        MetadataText.Add(metadata, name, "1");

        metadata.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a\r\nx: y")]
    [InlineData("größe")]
    [InlineData("\t")]
    public void Format_TextThatIsNoHeaderValue_IsRefused(string value)
    {
        var failure = Should.Throw<WireException>(() => MetadataText.Format(new Metadata.Entry("key", value)));

        failure.Message.ShouldContain("'key'");
        failure.Message.ShouldNotContain(value);
    }
}
