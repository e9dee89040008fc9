using System.Text.Json.Nodes;
using Kolumn.Protocol.Runtime;
using Kolumn.Testing.Properties;

namespace Kolumn.Providers.MySql.Tests.Properties;

/// <summary>A random schema while it grows.</summary>
internal sealed class SchemaPieces
{
    private readonly List<Piece> _pieces = [];

    public IReadOnlyList<Piece> All => _pieces;

    /// <param name="needs">What it refers to.</param>
    /// <param name="columns">What others may use of it beside itself.</param>
    public void Add(string type, string name, JsonObject config, IEnumerable<string>? needs = null, IEnumerable<string>? columns = null) => _pieces.Add(new Piece(
        new DesiredResource { Type = $"mysql_{type}", Name = name, Config = config }, [name, .. (columns ?? []).Select(c => $"{name}.{c}")], [.. needs ?? []]));

    public Piece Find(string type, string name) => _pieces.First(piece => piece.Resource.Address == $"mysql_{type}.{name}");

    public bool Exists(string type, string name) => _pieces.Exists(piece => piece.Resource.Address == $"mysql_{type}.{name}");

    public void Replace(Piece piece, Piece other) => _pieces[_pieces.IndexOf(piece)] = other;

    /// <summary>Says more of what the last one gives to others.</summary>
    public void Give(string what) => _pieces[^1] = _pieces[^1] with { Gives = [.. _pieces[^1].Gives, what] };
}
