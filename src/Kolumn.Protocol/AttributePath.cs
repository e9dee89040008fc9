using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kolumn.Protocol;

/// <summary>
/// The way from a resource's configuration to one value in it. On the wire an array, <c>["columns", 2, "type"]</c>; shown as
/// <c>columns[2].type</c>. Steps are <see cref="string"/> for a member and <see cref="int"/> for a 0-based element.
/// </summary>
[JsonConverter(typeof(AttributePathConverter))]
public sealed class AttributePath : IEquatable<AttributePath>
{
    public static readonly AttributePath Root = new([]);

    private AttributePath(IReadOnlyList<object> steps) => Steps = steps;

    public IReadOnlyList<object> Steps { get; }

    public static AttributePath Of(string attribute) => Root.Member(attribute);

    public AttributePath Member(string name) => new([.. Steps, name]);

    public AttributePath Element(int index) => new([.. Steps, index]);

    public bool Equals(AttributePath? other) => other is not null && Steps.SequenceEqual(other.Steps);

    public override bool Equals(object? obj) => Equals(obj as AttributePath);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var step in Steps)
        {
            hash.Add(step);
        }

        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var step in Steps)
        {
            if (step is int index)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            }
            else
            {
                text.Append(text.Length == 0 ? "" : ".").Append((string)step);
            }
        }

        return text.ToString();
    }

    internal sealed class AttributePathConverter : JsonConverter<AttributePath>
    {
        private const int MaxSteps = 256;

        public override AttributePath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("An attribute path is an array of names and indexes.");
            }

            var steps = new List<object>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                steps.Add(reader.TokenType switch
                {
                    _ when steps.Count == MaxSteps => throw new JsonException($"An attribute path has at most {MaxSteps} steps."),
                    JsonTokenType.String => reader.GetString()!,
                    JsonTokenType.Number when reader.TryGetInt32(out var index) => index,
                    _ => throw new JsonException("A step of an attribute path is a name or an index."),
                });
            }

            return new AttributePath(steps);
        }

        public override void Write(Utf8JsonWriter writer, AttributePath value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var step in value.Steps)
            {
                if (step is int index)
                {
                    writer.WriteNumberValue(index);
                }
                else
                {
                    writer.WriteStringValue((string)step);
                }
            }

            writer.WriteEndArray();
        }
    }
}
