using System.Globalization;
using Kolumn.Compliance.Rules;

namespace Kolumn.Compliance.Reporting;

/// <summary>A small picture for a README.</summary>
public static class Badge
{
    private const int LeftWidth = 56;

    public static string Write(VerificationReport report)
    {
        var (word, colour) = report.Level switch
        {
            ComplianceLevel.Certified => ("certified", "#2b7a3d"),
            ComplianceLevel.Full => ("full", "#3c8f4f"),
            ComplianceLevel.Core => ("core", "#b58900"),
            _ => ("not verified", "#b02a2a"),
        };
        var right = 14 + (word.Length * 7);
        var width = LeftWidth + right;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="kolumn: {word}">
              <rect width="{width}" height="20" rx="3" fill="#444"/>
              <path d="M{LeftWidth} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{LeftWidth}z" fill="{colour}"/>
              <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
                <text x="{LeftWidth / 2}" y="14">kolumn</text>
                <text x="{LeftWidth + (right / 2)}" y="14">{word}</text>
              </g>
            </svg>

            """).ReplaceLineEndings("\n");
    }
}
