using System.Globalization;

namespace MySqlConnector;

/// <summary>A DECIMAL of up to 65 digits, as the server wrote it.</summary>
public readonly record struct MySqlDecimal
{
    private readonly string? _text;

    internal MySqlDecimal(string text) => _text = text;

    /// <exception cref="OverflowException">It is too large for a <see cref="decimal"/>.</exception>
    public decimal Value => decimal.Parse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The nearest double.</summary>
    public double ToDouble() => double.Parse(ToString(), CultureInfo.InvariantCulture);

    /// <summary>Every digit.</summary>
    public override string ToString() => _text ?? "0";
}
