using Kolumn.Cli.Rendering;
using Kolumn.Protocol;

namespace Kolumn.Cli.Tests.Rendering;

public sealed class DiagnosticTextTests
{
    private static readonly Diagnostic UnknownAttribute = Diagnostic.Error(
        "UNKNOWN_ATTRIBUTE", "Unknown attribute \"colour\"", "A table has no such attribute. Did you mean \"columns\"?") with
    {
        Address = "sqlite_table.users",
        Place = new SourcePlace("main.kl", 12, 3, 6, "  colour = \"red\""),
    };

    [Fact]
    public void Render_ErrorWithPlace_ShowsLineCaretAndAdvice() => DiagnosticText.Render([UnknownAttribute], Palette.None).ShouldBe(
        """
        Error: Unknown attribute "colour"
          main.kl:12:3, sqlite_table.users
            12 |   colour = "red"
               |   ^^^^^^
          A table has no such attribute. Did you mean "columns"?


        """);

    [Fact]
    public void Render_WithColours_CaretIsRed() =>
        DiagnosticText.Render([UnknownAttribute], Palette.Ansi).ShouldContain("\e[31m^^^^^^\e[0m");

    [Fact]
    public void Render_Several_ErrorsComeLast()
    {
        var text = DiagnosticText.Render([Diagnostic.Error("A", "bad"), Diagnostic.Warning("B", "odd")], Palette.None);

        text.ShouldBe("Warning: odd\n\nError: bad\n\n");
    }

    [Fact]
    public void Render_WithoutPlace_NamesAddressAndAttribute()
    {
        var diagnostic = Diagnostic.Error("A", "bad") with { Address = "sqlite_table.a", Attribute = AttributePath.Of("columns").Element(2).Member("type") };

        DiagnosticText.Render([diagnostic], Palette.None).ShouldBe("Error: bad\n  sqlite_table.a, columns[2].type\n\n");
    }

    [Fact]
    public void Render_TabsAndWideCharacters_CaretStandsUnderTheSubject()
    {
        var diagnostic = Diagnostic.Error("A", "bad") with { Place = new SourcePlace("a.kl", 1, 5, 2, "\t\"😀\"xy = 1") };

        DiagnosticText.Render([diagnostic], Palette.None).ShouldBe("Error: bad\n  a.kl:1:5\n     1 | \t\"😀\"xy = 1\n       | \t   ^^\n\n");
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(350, 5)]
    [InlineData(500, 1)]
    [InlineData(9000, 40)]
    public void Render_LongLine_ShowsAWindowWithTheCaret(int column, int length)
    {
        var line = string.Concat(Enumerable.Repeat("0123456789", 50));
        var diagnostic = Diagnostic.Error("A", "bad") with { Place = new SourcePlace("a.kl", 7, column, length, line) };

        var shown = DiagnosticText.Render([diagnostic], Palette.None).Split('\n');

        shown[2].Length.ShouldBeLessThanOrEqualTo(130);
        shown[3].TrimEnd().ShouldEndWith("^");
        shown[3].Length.ShouldBeLessThanOrEqualTo(shown[2].Length + 1);
    }

    [Fact]
    public void Render_TextWithEscapes_NeutralisesThem()
    {
        var diagnostic = Diagnostic.Error("A", "bad \e[2J", "over\e]0;title\a") with { Place = new SourcePlace("a\e[1m.kl", 1, 1, 1, "x = \"\u202Eevil\"") };

        DiagnosticText.Render([diagnostic], Palette.None).ShouldNotContain(c => c == '\e' || c == '\a' || c == '\u202E');
    }
}
