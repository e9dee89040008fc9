using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Kolumn.StartupProfile;

/// <summary>Writes the signature of a method of one assembly with the references of another.</summary>
/// <param name="metadata">Of the assembly that defines the method.</param>
/// <param name="ofDefinition">A reference to a type of that assembly.</param>
/// <param name="ofReference">A reference to a type, by assembly and full name.</param>
internal sealed class SignatureTranslation(MetadataReader metadata, Func<DefinedType, EntityHandle> ofDefinition, Func<string, string, EntityHandle> ofReference)
    : ISignatureTypeProvider<ImmutableArray<byte>, object?>
{
    public void Write(BlobBuilder blob, MethodDefinition method)
    {
        var signature = method.DecodeSignature(this, null);
        blob.WriteByte(signature.Header.RawValue);
        if (signature.Header.IsGeneric)
        {
            blob.WriteCompressedInteger(signature.GenericParameterCount);
        }

        blob.WriteCompressedInteger(signature.ParameterTypes.Length);
        blob.WriteBytes(signature.ReturnType);
        foreach (var parameter in signature.ParameterTypes)
        {
            blob.WriteBytes(parameter);
        }
    }

    public ImmutableArray<byte> GetPrimitiveType(PrimitiveTypeCode typeCode) => [(byte)typeCode];

    public ImmutableArray<byte> GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
        Type(ofDefinition(new DefinedType(reader, handle)), rawTypeKind);

    public ImmutableArray<byte> GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var (assembly, name) = NameOf(handle);
        return Type(ofReference(assembly, name), rawTypeKind);
    }

    public ImmutableArray<byte> GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ImmutableArray<byte> GetSZArrayType(ImmutableArray<byte> elementType) => [(byte)SignatureTypeCode.SZArray, .. elementType];

    public ImmutableArray<byte> GetByReferenceType(ImmutableArray<byte> elementType) => [(byte)SignatureTypeCode.ByReference, .. elementType];

    public ImmutableArray<byte> GetPointerType(ImmutableArray<byte> elementType) => [(byte)SignatureTypeCode.Pointer, .. elementType];

    public ImmutableArray<byte> GetPinnedType(ImmutableArray<byte> elementType) => [(byte)SignatureTypeCode.Pinned, .. elementType];

    public ImmutableArray<byte> GetGenericTypeParameter(object? genericContext, int index) => Indexed(SignatureTypeCode.GenericTypeParameter, index);

    public ImmutableArray<byte> GetGenericMethodParameter(object? genericContext, int index) => Indexed(SignatureTypeCode.GenericMethodParameter, index);

    public ImmutableArray<byte> GetModifiedType(ImmutableArray<byte> modifier, ImmutableArray<byte> unmodifiedType, bool isRequired) =>
        [(byte)(isRequired ? SignatureTypeCode.RequiredModifier : SignatureTypeCode.OptionalModifier), .. modifier[1..], .. unmodifiedType];

    public ImmutableArray<byte> GetGenericInstantiation(ImmutableArray<byte> genericType, ImmutableArray<ImmutableArray<byte>> typeArguments)
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        blob.WriteBytes(genericType);
        blob.WriteCompressedInteger(typeArguments.Length);
        foreach (var argument in typeArguments)
        {
            blob.WriteBytes(argument);
        }

        return blob.ToImmutableArray();
    }

    public ImmutableArray<byte> GetArrayType(ImmutableArray<byte> elementType, ArrayShape shape) => throw new KeyNotFoundException("arrays of several dimensions are not translated");

    public ImmutableArray<byte> GetFunctionPointerType(MethodSignature<ImmutableArray<byte>> signature) => throw new KeyNotFoundException("function pointers are not translated");

    private static ImmutableArray<byte> Type(EntityHandle reference, byte rawTypeKind)
    {
        var blob = new BlobBuilder();
        blob.WriteByte(rawTypeKind);
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(reference));
        return blob.ToImmutableArray();
    }

    private static ImmutableArray<byte> Indexed(SignatureTypeCode code, int index)
    {
        var blob = new BlobBuilder();
        blob.WriteByte((byte)code);
        blob.WriteCompressedInteger(index);
        return blob.ToImmutableArray();
    }

    private (string Assembly, string Name) NameOf(TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            var (assembly, outer) = NameOf((TypeReferenceHandle)type.ResolutionScope);
            return (assembly, $"{outer}+{name}");
        }

        return type.ResolutionScope.Kind == HandleKind.AssemblyReference
            ? (metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name), type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}")
            : throw new KeyNotFoundException(name);
    }
}
