using System.Globalization;
using System.Text;
using System.Xml;

namespace Kolumn.Compliance.Reporting;

/// <summary>As build servers read it: a test case for each finding, a class for each group of rules. A SHOULD that is missed is output, not a failure.</summary>
public static class JUnitReport
{
    public static string Write(VerificationReport report)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", $"kolumn verify {ReportText.Provider(report)}");
            xml.WriteAttributeString("tests", Number(report.Findings.Count));
            xml.WriteAttributeString("failures", Number(report.Misses.Count()));
            xml.WriteAttributeString("errors", Number(report.Findings.Count(f => f.Verdict == Verdict.Unknown)));
            xml.WriteAttributeString("skipped", Number(report.Findings.Count(f => f.Verdict == Verdict.Skipped)));
            xml.WriteAttributeString("time", report.Duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture));
            foreach (var finding in report.Findings)
            {
                Write(xml, report, finding);
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text.Append('\n');
    }

    private static void Write(XmlWriter xml, VerificationReport report, Finding finding)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", $"{report.Provider}.{finding.Rule.Id.Split('.')[0]}");
        xml.WriteAttributeString("name", Clean(ReportText.Place(finding)));
        var (element, isText) = finding.Verdict switch
        {
            Verdict.Failed when finding.IsMiss => ("failure", true),
            Verdict.Failed => ("system-out", true),
            Verdict.Unknown => ("error", true),
            Verdict.Skipped => ("skipped", false),
            _ => ("", false),
        };
        if (element.Length > 0)
        {
            xml.WriteStartElement(element);
            if (element != "system-out")
            {
                xml.WriteAttributeString("message", Clean(finding.What));
            }

            if (isText)
            {
                xml.WriteString(Clean($"{finding.What}\nclause: {finding.Rule.Clause}\nfix: {finding.Rule.Fix}\nsent: {finding.Sent}\nreceived: {finding.Received}"));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Without what XML cannot say.</summary>
    private static string Clean(string text) => string.Concat(text.EnumerateRunes().Select(r => r.IsBmp && !XmlConvert.IsXmlChar((char)r.Value) ? "\uFFFD" : r.ToString()));
}
