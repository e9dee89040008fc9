using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Kolumn.StartupProfile;

/// <summary>
/// Writes methods as the profile that crossgen2 reads (.mibc): an assembly with a global method <c>AssemblyDictionary</c> that
/// names groups, each a global method again, whose code loads the token of one method after the other. What is in a profile is
/// compiled, be it called from anywhere the compiler can see or not. The format is described at the head of the compiler's
/// <c>MIbcProfileParser.cs</c> (dotnet/runtime).
/// </summary>
internal sealed class ProfileWriter(AssemblyFolder assemblies)
{
    private readonly MetadataBuilder _metadata = new();
    private readonly Dictionary<string, AssemblyReferenceHandle> _references = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Assembly, string Type), EntityHandle> _types = [];
    private readonly SortedDictionary<string, List<EntityHandle>> _groups = new(StringComparer.Ordinal);

    /// <returns>false when no assembly defines such a method.</returns>
    public bool TryAdd(MethodName method)
    {
        var added = false;
        foreach (var type in assemblies.Find(method.Type.Name).Where(t => t.GenericParameters == method.Type.Arguments.Count))
        {
            foreach (var candidate in type.Definition.GetMethods().Select(type.Metadata.GetMethodDefinition))
            {
                // Overloads are not told apart: compiling one too many does no harm.
                if (type.Metadata.StringComparer.Equals(candidate.Name, method.Name)
                    && candidate.GetGenericParameters().Count == method.Arguments.Count
                    && !candidate.Attributes.HasFlag(MethodAttributes.Abstract))
                {
                    added |= TryAdd(type, candidate, method);
                }
            }
        }

        return added;
    }

    public void Save(string path)
    {
        var code = new BlobBuilder();
        var bodies = new MethodBodyStreamEncoder(code);
        var signature = Blob(b => new BlobEncoder(b).MethodSignature().Parameters(0, r => r.Void(), _ => { }));
        var groups = new List<(string Assembly, MethodDefinitionHandle Method)>();
        foreach (var (assembly, methods) in _groups)
        {
            var body = Body(bodies, il => methods.ForEach(m => LoadToken(il, m)));
            groups.Add((assembly, Global($"Assembly_{assembly}", body, signature)));
        }

        Global("AssemblyDictionary", Body(bodies, il => groups.ForEach(g =>
        {
            il.LoadString(_metadata.GetOrAddUserString(g.Assembly + ";"));
            LoadToken(il, g.Method);
        })), signature);
        _metadata.AddTypeDefinition(default, default, _metadata.GetOrAddString("<Module>"), default, MetadataTokens.FieldDefinitionHandle(1), MetadataTokens.MethodDefinitionHandle(1));
        var name = Path.GetFileNameWithoutExtension(path);
        _metadata.AddModule(0, _metadata.GetOrAddString(name + ".dll"), _metadata.GetOrAddGuid(Guid.Empty), default, default);
        _metadata.AddAssembly(_metadata.GetOrAddString(name), new Version(1, 0), default, default, default, AssemblyHashAlgorithm.None);
        var file = new BlobBuilder();
        new ManagedPEBuilder(new PEHeaderBuilder(imageCharacteristics: Characteristics.Dll | Characteristics.ExecutableImage), new MetadataRootBuilder(_metadata), code).Serialize(file);
        File.WriteAllBytes(path, file.ToArray());
    }

    private bool TryAdd(DefinedType type, MethodDefinition definition, MethodName method)
    {
        try
        {
            var owner = method.Type.Arguments.Count == 0 ? Reference(type) : _metadata.AddTypeSpecification(Blob(b => Write(b, method.Type)));
            var translation = new SignatureTranslation(type.Metadata, Reference, Reference);
            EntityHandle member = _metadata.AddMemberReference(owner, _metadata.GetOrAddString(method.Name), Blob(b => translation.Write(b, definition)));
            if (method.Arguments.Count > 0)
            {
                member = _metadata.AddMethodSpecification(member, Blob(b =>
                {
                    b.WriteByte((byte)SignatureKind.MethodSpecification);
                    b.WriteCompressedInteger(method.Arguments.Count);
                    foreach (var argument in method.Arguments)
                    {
                        Write(b, argument);
                    }
                }));
            }

            if (!_groups.TryGetValue(type.Assembly, out var group))
            {
                _groups[type.Assembly] = group = [];
            }

            group.Add(member);
            return true;
        }
        catch (KeyNotFoundException)
        {
            // A type argument or parameter that no assembly of the folder defines.
            return false;
        }
    }

    private void Write(BlobBuilder blob, TypeName type)
    {
        if (type.IsArray)
        {
            blob.WriteByte((byte)SignatureTypeCode.SZArray);
        }

        if (Primitives.TryGetValue(type.Name, out var primitive))
        {
            blob.WriteByte((byte)primitive);
            return;
        }

        if (type.Name == "System.__Canon")
        {
            // The profile's own name for "any reference type".
            blob.WriteByte((byte)SignatureTypeKind.Class);
            blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(Reference("System.Private.Canon", "System.__Canon")));
            return;
        }

        var defined = assemblies.Find(type.Name).FirstOrDefault(t => t.GenericParameters == type.Arguments.Count) ?? throw new KeyNotFoundException(type.Name);
        if (type.Arguments.Count > 0)
        {
            blob.WriteByte((byte)SignatureTypeCode.GenericTypeInstance);
        }

        blob.WriteByte((byte)(defined.IsValueType ? SignatureTypeKind.ValueType : SignatureTypeKind.Class));
        blob.WriteCompressedInteger(CodedIndex.TypeDefOrRefOrSpec(Reference(defined)));
        if (type.Arguments.Count > 0)
        {
            blob.WriteCompressedInteger(type.Arguments.Count);
            foreach (var argument in type.Arguments)
            {
                Write(blob, argument);
            }
        }
    }

    private EntityHandle Reference(DefinedType type) => Reference(type.Assembly, type.Name);

    /// <param name="type">Nested types behind a plus.</param>
    private EntityHandle Reference(string assembly, string type)
    {
        if (_types.TryGetValue((assembly, type), out var known))
        {
            return known;
        }

        EntityHandle scope;
        string @namespace = "", name;
        if (type.LastIndexOf('+') is var plus and >= 0)
        {
            (scope, name) = (Reference(assembly, type[..plus]), type[(plus + 1)..]);
        }
        else
        {
            // A compiler's names hold dots of their own, but stand in no namespace.
            var dot = type[0] == '<' ? -1 : type.LastIndexOf('.');
            (scope, @namespace, name) = (Reference(assembly), dot < 0 ? "" : type[..dot], type[(dot + 1)..]);
        }

        var reference = _metadata.AddTypeReference(scope, _metadata.GetOrAddString(@namespace), _metadata.GetOrAddString(name));
        _types[(assembly, type)] = reference;
        return reference;
    }

    private AssemblyReferenceHandle Reference(string assembly)
    {
        if (!_references.TryGetValue(assembly, out var reference))
        {
            _references[assembly] = reference = _metadata.AddAssemblyReference(_metadata.GetOrAddString(assembly), new Version(0, 0, 0, 0), default, default, default, default);
        }

        return reference;
    }

    private MethodDefinitionHandle Global(string name, int body, BlobHandle signature) => _metadata.AddMethodDefinition(
        MethodAttributes.Public | MethodAttributes.Static, MethodImplAttributes.IL, _metadata.GetOrAddString(name), signature, body, default);

    private BlobHandle Blob(Action<BlobBuilder> write)
    {
        var blob = new BlobBuilder();
        write(blob);
        return _metadata.GetOrAddBlob(blob);
    }

    private static int Body(MethodBodyStreamEncoder bodies, Action<InstructionEncoder> write)
    {
        var il = new InstructionEncoder(new BlobBuilder());
        write(il);
        il.OpCode(ILOpCode.Ret);
        return bodies.AddMethodBody(il);
    }

    private static void LoadToken(InstructionEncoder il, EntityHandle token)
    {
        il.OpCode(ILOpCode.Ldtoken);
        il.Token(token);
        il.OpCode(ILOpCode.Pop);
    }

    private static readonly Dictionary<string, SignatureTypeCode> Primitives = new(StringComparer.Ordinal)
    {
        ["bool"] = SignatureTypeCode.Boolean,
        ["char"] = SignatureTypeCode.Char,
        ["sbyte"] = SignatureTypeCode.SByte,
        ["byte"] = SignatureTypeCode.Byte,
        ["short"] = SignatureTypeCode.Int16,
        ["ushort"] = SignatureTypeCode.UInt16,
        ["int"] = SignatureTypeCode.Int32,
        ["uint"] = SignatureTypeCode.UInt32,
        ["long"] = SignatureTypeCode.Int64,
        ["ulong"] = SignatureTypeCode.UInt64,
        ["nint"] = SignatureTypeCode.IntPtr,
        ["nuint"] = SignatureTypeCode.UIntPtr,
        ["float"] = SignatureTypeCode.Single,
        ["double"] = SignatureTypeCode.Double,
    };
}
