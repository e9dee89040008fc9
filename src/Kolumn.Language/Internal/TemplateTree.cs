using System.Collections.Immutable;
using Kolumn.Language.Syntax;

namespace Kolumn.Language.Internal;

/// <summary>Puts the pieces of a template into each other: what is between if and endif, for and endfor.</summary>
internal sealed class TemplateTree(TokenReader reader, List<TemplatePiece> pieces)
{
    private int _next;

    /// <summary>The parts, or null when the directives do not match; that is reported.</summary>
    public ImmutableArray<TemplatePart>? Build()
    {
        var parts = BuildUntilEnd(null);
        return parts;
    }

    /// <summary>The parts up to the else or end that belongs to the opening directive, which stays unread; or all of them.</summary>
    private ImmutableArray<TemplatePart>? BuildUntilEnd(TemplatePiece? opening)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        while (_next < pieces.Count)
        {
            var piece = pieces[_next];
            TemplatePart? part;
            switch (piece.Kind)
            {
                case TemplatePieceKind.Text:
                    part = new TemplateText(piece.Text, piece.Range);
                    _next++;
                    break;
                case TemplatePieceKind.Interpolation:
                    part = new TemplateInterpolation(piece.Expression!, piece.Range);
                    _next++;
                    break;
                case TemplatePieceKind.If or TemplatePieceKind.For:
                    part = BuildDirective(piece);
                    break;
                case TemplatePieceKind.Else or TemplatePieceKind.EndIf when opening?.Kind == TemplatePieceKind.If:
                case TemplatePieceKind.EndFor when opening?.Kind == TemplatePieceKind.For:
                    return parts.ToImmutable();
                default:
                    return Misplaced(piece, opening);
            }

            if (part is null)
            {
                return null;
            }

            parts.Add(part);
        }

        if (opening is null)
        {
            return parts.ToImmutable();
        }

        var end = opening.Kind == TemplatePieceKind.If ? "endif" : "endfor";
        reader.Error(LanguageCodes.InvalidTemplate, opening.Range, "Unclosed directive", $"No %{{ {end} }} ends what starts here. Add it before the end of the string.");
        return null;
    }

    private TemplatePart? BuildDirective(TemplatePiece opening)
    {
        if (!reader.TryEnter())
        {
            return null;
        }

        _next++;
        TemplatePart? part = opening.Kind == TemplatePieceKind.If ? BuildIf(opening) : BuildFor(opening);
        reader.Leave();
        return part;
    }

    private TemplateIf? BuildIf(TemplatePiece opening)
    {
        if (BuildUntilEnd(opening) is not { } whenTrue)
        {
            return null;
        }

        ImmutableArray<TemplatePart> whenFalse = [];
        var end = pieces[_next++];
        if (end.Kind == TemplatePieceKind.Else)
        {
            if (BuildUntilEnd(opening) is not { } otherwise)
            {
                return null;
            }

            whenFalse = otherwise;
            end = pieces[_next++];
            if (end.Kind == TemplatePieceKind.Else)
            {
                reader.Error(LanguageCodes.InvalidTemplate, end.Range, "Misplaced directive",
                    "This if has an else already. For further cases put another if and endif into the else.", opening.Range);
                return null;
            }
        }

        return new TemplateIf(opening.Expression!, whenTrue, whenFalse, opening.Range.To(end.Range));
    }

    private TemplateFor? BuildFor(TemplatePiece opening) => BuildUntilEnd(opening) is { } body
        ? new TemplateFor(opening.KeyName, opening.ValueName, opening.Expression!, body, opening.Range.To(pieces[_next++].Range))
        : null;

    private ImmutableArray<TemplatePart>? Misplaced(TemplatePiece piece, TemplatePiece? opening)
    {
        var detail = opening is null
            ? "No if or for is open here. Remove the directive, or look for a missing one before it."
            : $"The {(opening.Kind == TemplatePieceKind.If ? "if" : "for")} on line {opening.Range.StartLine} must end first.";
        reader.Error(LanguageCodes.InvalidTemplate, piece.Range, "Misplaced directive", detail, opening?.Range);
        return null;
    }
}
