using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Pomona.Architecture.Tests;

/// <summary>A type of an assembly that uses another one of the same assembly; a nested or generated type counts for its outermost.</summary>
internal sealed record TypeUse(string FromNamespace, string From, string ToNamespace, string To);

/// <summary>
/// Which types of a compiled assembly use which, read from its metadata and the code of its methods: bases, members,
/// signatures, local variables, attributes, and what method bodies call, make, read and cast to. A constant is not seen: the
/// compiler has put its value in its place.
/// </summary>
internal sealed class TypeUses : ISignatureTypeProvider<bool, TypeDefinitionHandle>
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    private readonly MetadataReader _metadata;
    private readonly PEReader _assembly;
    private readonly HashSet<TypeUse> _uses = [];
    private TypeDefinitionHandle _user;

    private TypeUses(PEReader assembly)
    {
        _assembly = assembly;
        _metadata = assembly.GetMetadataReader();
    }

    /// <summary>The uses in an assembly's file.</summary>
    public static IReadOnlySet<TypeUse> In(string assemblyPath)
    {
        using var assembly = new PEReader(File.OpenRead(assemblyPath));
        var uses = new TypeUses(assembly);
        foreach (var type in uses._metadata.TypeDefinitions)
            uses.Read(type);
        return uses._uses;
    }

    /// <summary>The names of the assemblies that an assembly uses.</summary>
    public static IReadOnlyList<string> AssembliesOf(string assemblyPath)
    {
        using var assembly = new PEReader(File.OpenRead(assemblyPath));
        var metadata = assembly.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    private void Read(TypeDefinitionHandle handle)
    {
        _user = handle;
        var type = _metadata.GetTypeDefinition(handle);
        Use(type.BaseType);
        foreach (var implemented in type.GetInterfaceImplementations())
            Use(_metadata.GetInterfaceImplementation(implemented).Interface);
        Attributes(type.GetCustomAttributes());
        Generics(type.GetGenericParameters());
        foreach (var property in type.GetProperties())
            Attributes(_metadata.GetPropertyDefinition(property).GetCustomAttributes());
        foreach (var field in type.GetFields().Select(_metadata.GetFieldDefinition))
        {
            field.DecodeSignature(this, handle);
            Attributes(field.GetCustomAttributes());
        }

        foreach (var method in type.GetMethods().Select(_metadata.GetMethodDefinition))
        {
            method.DecodeSignature(this, handle);
            Attributes(method.GetCustomAttributes());
            Generics(method.GetGenericParameters());
            foreach (var parameter in method.GetParameters())
                Attributes(_metadata.GetParameter(parameter).GetCustomAttributes());
            if (method.RelativeVirtualAddress != 0)
                Body(_assembly.GetMethodBody(method.RelativeVirtualAddress));
        }
    }

    private void Body(MethodBodyBlock body)
    {
        Use(body.LocalSignature);
        foreach (var region in body.ExceptionRegions)
            Use(region.CatchType);
        var code = body.GetILReader();
        while (code.RemainingBytes > 0)
        {
            var operation = (int)code.ReadByte();
            if (operation == 0xFE)
                operation = 0xFE00 | code.ReadByte();
            switch (Operands[operation])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineSig or OperandType.InlineTok or OperandType.InlineType:
                    Use(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    var targets = code.ReadInt32();
                    code.Offset += 4 * targets;
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }
    }

    private void Attributes(CustomAttributeHandleCollection attributes)
    {
        foreach (var attribute in attributes)
            Use(_metadata.GetCustomAttribute(attribute).Constructor);
    }

    private void Generics(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(handle => _metadata.GetGenericParameter(handle).GetConstraints()))
            Use(_metadata.GetGenericParameterConstraint(constraint).Type);
    }

    private void Use(EntityHandle handle)
    {
        if (handle.IsNil)
            return;
        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, _user);
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                var member = _metadata.GetMemberReference((MemberReferenceHandle)handle);
                Use(member.Parent);
                if (member.GetKind() == MemberReferenceKind.Method)
                    member.DecodeMethodSignature(this, _user);
                else
                    member.DecodeFieldSignature(this, _user);
                break;
            case HandleKind.MethodSpecification:
                var method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Use(method.Method);
                method.DecodeSignature(this, _user);
                break;
            case HandleKind.StandaloneSignature:
                var signature = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle);
                if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
                    signature.DecodeLocalSignature(this, _user);
                else
                    signature.DecodeMethodSignature(this, _user);
                break;
        }
    }

    private void Add(TypeDefinitionHandle used)
    {
        var (from, to) = (Outermost(_user), Outermost(used));
        if (from != to)
            _uses.Add(new TypeUse(from.Namespace, from.Name, to.Namespace, to.Name));
    }

    private (string Namespace, string Name) Outermost(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        while (type.GetDeclaringType() is { IsNil: false } outer)
            type = _metadata.GetTypeDefinition(outer);
        return (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    // The decoding of signatures: what matters is which types of this assembly come by.
    bool ISimpleTypeProvider<bool>.GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        Add(handle);
        return true;
    }

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetTypeFromSpecification(
        MetadataReader reader, TypeDefinitionHandle genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    bool ISimpleTypeProvider<bool>.GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => false;

    bool ISimpleTypeProvider<bool>.GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

    bool ISZArrayTypeProvider<bool>.GetSZArrayType(bool elementType) => elementType;

    bool IConstructedTypeProvider<bool>.GetArrayType(bool elementType, ArrayShape shape) => elementType;

    bool IConstructedTypeProvider<bool>.GetByReferenceType(bool elementType) => elementType;

    bool IConstructedTypeProvider<bool>.GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => genericType;

    bool IConstructedTypeProvider<bool>.GetPointerType(bool elementType) => elementType;

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetFunctionPointerType(MethodSignature<bool> signature) => false;

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetGenericMethodParameter(TypeDefinitionHandle genericContext, int index) => false;

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetGenericTypeParameter(TypeDefinitionHandle genericContext, int index) => false;

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired)
        => unmodifiedType;

    bool ISignatureTypeProvider<bool, TypeDefinitionHandle>.GetPinnedType(bool elementType) => elementType;
}
