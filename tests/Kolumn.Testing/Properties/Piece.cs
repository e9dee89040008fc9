using Kolumn.Protocol.Runtime;

namespace Kolumn.Testing.Properties;

/// <summary>A resource of a random schema, with what others may refer to and what it refers to itself: <c>t0</c>, <c>t0.id</c>.</summary>
public sealed record Piece(DesiredResource Resource, IReadOnlyCollection<string> Gives, IReadOnlyCollection<string> Needs)
{
    /// <summary>The pieces without those that refer to what is not there.</summary>
    public static IReadOnlyList<Piece> Sound(IReadOnlyList<Piece> pieces)
    {
        while (true)
        {
            var given = pieces.SelectMany(p => p.Gives).ToHashSet(StringComparer.Ordinal);
            var sound = pieces.Where(p => p.Needs.All(given.Contains)).ToList();
            if (sound.Count == pieces.Count)
            {
                return pieces;
            }

            pieces = sound;
        }
    }
}
