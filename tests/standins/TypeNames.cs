using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Pomona.StandIns.Tests;

/// <summary>
/// Types as the descriptions write them: as in C#, without namespaces, so that a line reads like the source it was taken from.
/// </summary>
internal sealed class TypeNames : ISignatureTypeProvider<string, string[]>
{
    public static string Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Of(underlying) + "?";
        if (type.IsByRef)
            return "ref " + Of(type.GetElementType()!);
        if (type.IsArray)
            return Of(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        var name = Keyword(type.Namespace, type.Name);
        return type.IsGenericType
            ? $"{Plain(name)}<{string.Join(", ", type.GetGenericArguments().Select(Of))}>"
            : name;
    }

    public string GetArrayType(string elementType, ArrayShape shape) => elementType + "[]";

    public string GetByReferenceType(string elementType) => "ref " + elementType;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "delegate*";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType == "Nullable`1"
        ? typeArguments[0] + "?"
        : $"{Plain(genericType)}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(string[] genericContext, int index) => genericContext[index];

    public string GetGenericTypeParameter(string[] genericContext, int index) => genericContext[index];

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => Keyword("System", typeCode.ToString());

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeDefinition(handle);
        return Keyword(reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var type = reader.GetTypeReference(handle);
        return Keyword(reader.GetString(type.Namespace), reader.GetString(type.Name));
    }

    public string GetTypeFromSpecification(MetadataReader reader, string[] genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
        => reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string Plain(string generic) => generic.Contains('`', StringComparison.Ordinal)
        ? generic[..generic.IndexOf('`', StringComparison.Ordinal)]
        : generic;

    private static string Keyword(string? space, string name) => (space, name) switch
    {
        ("System", "String") => "string",
        ("System", "Object") => "object",
        ("System", "Boolean") => "bool",
        ("System", "Int32") => "int",
        ("System", "Int64") => "long",
        ("System", "Double") => "double",
        ("System", "Single") => "float",
        ("System", "Byte") => "byte",
        ("System", "Void") => "void",
        _ => name,
    };
}
