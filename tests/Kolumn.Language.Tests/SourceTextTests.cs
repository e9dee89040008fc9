using System.Text;

namespace Kolumn.Language.Tests;

public sealed class SourceTextTests
{
    [Fact]
    public void Positions_TabsAndEmojiAndCrlf_CountEachAsOneColumn()
    {
        var source = new SourceText("main.kl", "a\tb\r\n🙂x\n");

        source.LineCount.ShouldBe(3);
        source.RangeOf(2, 3).ToString().ShouldBe("main.kl:1:3");
        source.RangeOf(5, 7).StartLine.ShouldBe(2);
        source.RangeOf(5, 7).EndColumn.ShouldBe(2);
        source.RangeOf(7, 8).StartColumn.ShouldBe(2);
        source.LineText(1).ShouldBe("a\tb");
        source.LineText(2).ShouldBe("🙂x");
        source.LineText(3).ShouldBe("");
    }

    [Fact]
    public void FromBytes_ByteOrderMark_IsDropped()
    {
        var source = SourceText.FromBytes("main.kl", [0xEF, 0xBB, 0xBF, (byte)'a', (byte)'=', (byte)'1'], new DiagnosticBag());

        source!.Text.ShouldBe("a=1");
        KlParser.Parse(new SourceText("main.kl", "\uFEFFa=1")).Diagnostics.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0, (byte)'b' }, LanguageCodes.NotText, "Not a text file")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xFF, 0xFE }, LanguageCodes.NotText, "Not UTF-8 text")]
    [InlineData(new byte[] { 0xC3 }, LanguageCodes.NotText, "Not UTF-8 text")]
    public void FromBytes_NoText_GivesOneDiagnostic(byte[] bytes, string code, string summary)
    {
        var diagnostics = new DiagnosticBag();

        SourceText.FromBytes("data/file.kl", bytes, diagnostics).ShouldBeNull();

        var diagnostic = diagnostics.ShouldHaveSingleItem();
        diagnostic.Code.ShouldBe(code);
        diagnostic.Summary.ShouldBe(summary);
        diagnostic.Subject.ToString().ShouldBe("data/file.kl:1:1");
    }

    [Fact]
    public void FromBytes_InvalidUtf8_NamesTheLine()
    {
        var diagnostics = new DiagnosticBag();

        SourceText.FromBytes("a.kl", [(byte)'a', (byte)'\n', (byte)'\n', 0xFF], diagnostics);

        diagnostics[0].Detail.ShouldStartWith("The bytes on line 3 are not valid UTF-8.");
    }

    [Fact]
    public void Read_EndlessStream_StopsBehindTheLimit()
    {
        var diagnostics = new DiagnosticBag();
        using var stream = new EndlessStream();

        SourceText.Read("big.kl", stream, diagnostics).ShouldBeNull();

        diagnostics.ShouldHaveSingleItem().Code.ShouldBe(LanguageCodes.FileTooLarge);
        stream.Delivered.ShouldBe(SourceText.MaxBytes + 1);
    }

    [Fact]
    public void Read_File_GivesItsText()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("a = \"é\"\n"));

        SourceText.Read("a.kl", stream, new DiagnosticBag())!.Text.ShouldBe("a = \"é\"\n");
    }

    [Fact]
    public void Parse_WindowsLineEnds_GiveTheSameValuesAndPositions()
    {
        const string text = "a = [\n  1,\n]\nb = <<-X\n    one\n      two\n  X\nc = \"\n";

        var unix = KlParser.Parse(new SourceText("main.kl", text));
        var windows = KlParser.Parse(new SourceText("main.kl", text.Replace("\n", "\r\n", StringComparison.Ordinal)));

        unix.Diagnostics.Select(d => d.ToString()).ShouldBe(["main.kl:8:5: Unclosed string: The string has no closing quote on its line. "
            + "Add the quote, write line breaks as \\n, or use a heredoc (<<EOT) for text of several lines."]);
        windows.Diagnostics.Select(d => d.ToString()).ShouldBe(unix.Diagnostics.Select(d => d.ToString()));
        windows.Tree.Body.Attributes.Select(a => Evaluator.Evaluate(a.Expression, EvaluationScope.Empty, new DiagnosticBag()).ToString())
            .ShouldBe(["[1]", "\"one\\n  two\\n\"", "\"\""]);
    }

    private sealed class EndlessStream : MemoryStream
    {
        public long Delivered { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'a');
            Delivered += count;
            return count;
        }
    }
}
