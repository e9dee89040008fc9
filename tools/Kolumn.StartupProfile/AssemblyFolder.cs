using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Kolumn.StartupProfile;

/// <summary>The types of all assemblies of a folder, by name. Some names occur in several assemblies: internal types may.</summary>
internal sealed class AssemblyFolder : IDisposable
{
    private readonly List<PEReader> _files = [];
    private readonly ILookup<string, DefinedType> _types;

    private AssemblyFolder(IEnumerable<string> paths)
    {
        var types = new List<DefinedType>();
        foreach (var path in paths)
        {
            var file = new PEReader(File.OpenRead(path));
            _files.Add(file);
            if (file.HasMetadata && file.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                types.AddRange(metadata.TypeDefinitions.Select(handle => new DefinedType(metadata, handle)));
            }
        }

        _types = types.ToLookup(t => t.Name, StringComparer.Ordinal);
    }

    public static AssemblyFolder Open(string folder) => new(Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal));

    public IEnumerable<DefinedType> Find(string name) => _types[name];

    public void Dispose() => _files.ForEach(f => f.Dispose());
}

/// <summary>A type where it is defined.</summary>
internal sealed record DefinedType(MetadataReader Metadata, TypeDefinitionHandle Handle)
{
    public TypeDefinition Definition { get; } = Metadata.GetTypeDefinition(Handle);

    /// <summary>Nested types behind a plus.</summary>
    public string Name { get; } = NameOf(Metadata, Handle);

    public string Assembly => Metadata.GetString(Metadata.GetAssemblyDefinition().Name);

    public bool IsValueType { get; } = BaseOf(Metadata, Handle) is "System.ValueType" or "System.Enum" && NameOf(Metadata, Handle) != "System.Enum";

    public int GenericParameters => Definition.GetGenericParameters().Count;

    private static string NameOf(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        var name = metadata.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? $"{NameOf(metadata, outer)}+{name}"
            : type.Namespace.IsNil ? name
            : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static string? BaseOf(MetadataReader metadata, TypeDefinitionHandle handle) => metadata.GetTypeDefinition(handle).BaseType switch
    {
        { IsNil: true } => null,
        { Kind: HandleKind.TypeDefinition } definition => NameOf(metadata, (TypeDefinitionHandle)definition),
        { Kind: HandleKind.TypeReference } reference when metadata.GetTypeReference((TypeReferenceHandle)reference) is var type =>
            $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}",
        _ => null,
    };
}
