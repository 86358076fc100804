using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Pomona.StandIns.Tests;

/// <summary>
/// The members of other assemblies that an assembly's code refers to, read from its metadata: name and signature, without
/// parameter names and defaults, which a compiled call does not keep.
/// </summary>
internal static class UsedMembers
{
    /// <summary>Of each referred assembly: the types and the members, as <see cref="Erased"/> writes them.</summary>
    public static IEnumerable<(string Assembly, string Member)> Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        foreach (var handle in reader.TypeReferences)
        {
            if (AssemblyOf(reader, handle) is { } assembly)
                yield return (assembly, NameOf(reader, handle));
        }

        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            // A generic type's members belong to a specification of it; the stand-ins have none that the product uses.
            if (member.Parent.Kind != HandleKind.TypeReference)
                continue;
            var parent = (TypeReferenceHandle)member.Parent;
            if (AssemblyOf(reader, parent) is not { } assembly)
                continue;

            var name = reader.GetString(member.Name);
            if (member.GetKind() == MemberReferenceKind.Field)
            {
                yield return (assembly, $"{NameOf(reader, parent)} :: {member.DecodeFieldSignature(new TypeNames(), [])} {name}");
                continue;
            }

            string[] parameters = ["T", "TResult", "T2", "T3"]; // as the sources name them, in order
            var signature = member.DecodeMethodSignature(new TypeNames(), parameters);
            yield return (assembly, $"{NameOf(reader, parent)} :: {Erased(signature, name)}");
        }
    }

    /// <summary>A described line as a compiled call keeps it: no modifiers, parameter names or defaults; an accessor as itself.</summary>
    public static IEnumerable<string> Erased(string line)
    {
        if (line.Split(" :: ", 2) is not [var type, var member])
        {
            yield return line.Split(' ')[0];
            yield break;
        }

        if (member.StartsWith("static ", StringComparison.Ordinal))
            member = member["static ".Length..];
        var open = member.IndexOf('(', StringComparison.Ordinal);
        if (open >= 0)
        {
            var head = member[..open];
            var angle = head.IndexOf('<', head.LastIndexOf(' ') < 0 ? 0 : MethodNameStart(head));
            if (angle >= 0)
                head = head[..angle];
            if (head == ".ctor")
                head = "void .ctor";
            yield return $"{type} :: {head}({string.Join(", ", Split(member[(open + 1)..^1]).Select(ParameterType))})";
        }
        else if (member.IndexOf(" {", StringComparison.Ordinal) is var brace and >= 0)
        {
            var space = member[..brace].LastIndexOf(' ');
            var (returned, name) = (member[..space], member[(space + 1)..brace]);
            if (member.Contains(" get;", StringComparison.Ordinal))
                yield return $"{type} :: {returned} get_{name}()";
            if (member.Contains(" set;", StringComparison.Ordinal))
                yield return $"{type} :: void set_{name}({returned})";
        }
        else
        {
            yield return $"{type} :: {member}";
        }
    }

    private static string Erased(MethodSignature<string> signature, string name)
        => $"{signature.ReturnType} {name}({string.Join(", ", signature.ParameterTypes)})";

    /// <summary>Where a method's name begins: after the last space that is not within angle brackets.</summary>
    private static int MethodNameStart(string head)
    {
        var depth = 0;
        for (var i = head.Length - 1; i >= 0; i--)
        {
            depth += head[i] switch { '>' => 1, '<' => -1, _ => 0 };
            if (head[i] == ' ' && depth == 0)
                return i;
        }

        return 0;
    }

    private static string ParameterType(string parameter)
    {
        var declared = parameter.Split(" = ")[0].Trim();
        if (declared.StartsWith("params ", StringComparison.Ordinal))
            declared = declared["params ".Length..];
        return declared[..declared.LastIndexOf(' ')];
    }

    private static IEnumerable<string> Split(string parameters)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i < parameters.Length; i++)
        {
            depth += parameters[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (parameters[i] == ',' && depth == 0)
            {
                yield return parameters[from..i];
                from = i + 1;
            }
        }

        if (parameters.Length > from)
            yield return parameters[from..];
    }

    private static string? AssemblyOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var scope = reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.AssemblyReference => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            HandleKind.TypeReference => AssemblyOf(reader, (TypeReferenceHandle)scope),
            _ => null,
        };
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name).Split('`')[0];
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}.{name}"
            : $"{reader.GetString(type.Namespace)}.{name}";
    }
}
