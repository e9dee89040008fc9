using MySqlConnector.Internal;

namespace Kolumn.MariaDb.Tests;

/// <summary>Whether an answer has arrived as a whole: one that has not must never be taken for one that has, since reading it would block.</summary>
public sealed class AnswerTests
{
    private const string Acknowledgement = "07000001 00 00 00 0200 0000";
    private const string Column = "19000002 0364656600000001310001310C3F000100000008810000 0000";
    private const string ColumnsEnd = "05000003 FE 0000 0200";
    private const string Row = "02000004 0131";
    private const string RowsEnd = "05000005 FE 0000 0200";

    [Theory]
    [InlineData(Acknowledgement)]
    [InlineData("10000001 00 FCFFFF FDFFFFFF 0200 0000 000000 00")]
    [InlineData("09000001 FF 4804 23 3432533032")]
    [InlineData("01000001 01" + Column + ColumnsEnd + Row + RowsEnd)]
    [InlineData("01000001 01" + Column + ColumnsEnd + RowsEnd)]
    [InlineData("01000001 01" + Column + ColumnsEnd + Row + "09000005 FF 4804 23 3432533032")]
    [InlineData("01000001 01" + Column + ColumnsEnd + "0A000004 FE 0100000000000000 31" + RowsEnd)]
    public void Answer_Whole_AndNoPartOfIt(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

        Answer.IsWhole(bytes).ShouldBeTrue();
        for (var length = 0; length < bytes.Length; length++)
        {
            Answer.IsWhole(bytes.AsSpan(0, length)).ShouldBeFalse($"the first {length} bytes");
        }

        Answer.IsWhole([.. bytes, 0]).ShouldBeFalse("something follows");
    }

    [Theory]
    [InlineData("07000001 00 00 00 0A00 0000")]
    [InlineData("01000001 01" + Column + ColumnsEnd + Row + "05000005 FE 0000 0A00")]
    [InlineData("02000001 FB 78")]
    [InlineData("01000001 FE")]
    [InlineData("00000001")]
    public void Answer_WithMoreToCome_IsNotWhole(string hex) =>
        Answer.IsWhole(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))).ShouldBeFalse();

    [Fact]
    public void Answer_OfRandomBytes_NeverThrows()
    {
        var random = new Random(20_240_229);
        var bytes = new byte[64];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[1] = bytes[2] = 0;
            bytes[0] %= 32;
            _ = Answer.IsWhole(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }
}
