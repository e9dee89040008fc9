using Grpc.Wire;

namespace Kolumn.Grpc.Tests.Internals;

public sealed class PercentEncodingTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text ~!#", "plain text ~!#")]
    [InlineData("100 %", "100 %25")]
    [InlineData("größe", "gr%C3%B6%C3%9Fe")]
    [InlineData("€", "%E2%82%AC")]
    [InlineData("😀", "%F0%9F%98%80")]
    [InlineData("a\nb\r\0\u007F", "a%0Ab%0D%00%7F")]
    public void Encode_AnyText_IsPrintableAscii(string text, string encoded) => PercentEncoding.Encode(text).ShouldBe(encoded);

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("%41%42", "AB")]
    [InlineData("%c3%b6", "ö")]
    [InlineData("100%", "100%")]
    [InlineData("%4", "%4")]
    [InlineData("%zz%4", "%zz%4")]
    [InlineData("%%41", "%A")]
    [InlineData("%FF", "\uFFFD")]
    [InlineData("ö%41", "öA")]
    public void Decode_AnyText_IsReadAsWellAsPossible(string encoded, string text) => PercentEncoding.Decode(encoded).ShouldBe(text);

    [Fact]
    public void Encode_LoneSurrogate_BecomesTheReplacementCharacter() => PercentEncoding.Encode("\uD800x").ShouldBe("%EF%BF%BDx");

    [Fact]
    public void Encode_AnyCharacter_ComesBack()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => RandomRune(random).ToString()));
            var encoded = PercentEncoding.Encode(text);
            encoded.ShouldAllBe(c => c >= ' ' && c <= '~');
            PercentEncoding.Decode(encoded).ShouldBe(text);
        }
    }

    [Theory]
    [InlineData('x', 1)]
    [InlineData('ß', 6)]
    [InlineData('€', 9)]
    public void Encode_LongerThanPeersTake_EndsAfterAWholeCharacter(char character, int encodedLength)
    {
        var exact = new string(character, PercentEncoding.MaxEncodedLength / encodedLength);
        PercentEncoding.Decode(PercentEncoding.Encode(exact)).ShouldBe(exact);

        var encoded = PercentEncoding.Encode(new string(character, 1_000_000));

        encoded.Length.ShouldBeInRange(PercentEncoding.MaxEncodedLength - encodedLength - 3, PercentEncoding.MaxEncodedLength);
        encoded.ShouldEndWith("...");
        PercentEncoding.Decode(encoded).TrimEnd('.').ShouldAllBe(c => c == character);
    }

    private static System.Text.Rune RandomRune(Random random)
    {
        var value = random.Next(3) == 0 ? random.Next(0x110000) : random.Next(0x100);
        return System.Text.Rune.IsValid(value) ? new System.Text.Rune(value) : System.Text.Rune.ReplacementChar;
    }
}
