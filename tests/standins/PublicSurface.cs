using System.Globalization;
using System.Reflection;

namespace Pomona.StandIns.Tests;

/// <summary>
/// An assembly's public surface as lines: one per type, <c>Namespace.Type kind : base</c>, and one per member,
/// <c>Namespace.Type :: return name(parameters = defaults)</c>.
/// </summary>
internal static class PublicSurface
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) => assembly.GetExportedTypes().SelectMany(Of);

    private static IEnumerable<string> Of(Type type)
    {
        var name = Name(type);
        yield return $"{name} {Kind(type)}";
        foreach (var constructor in type.GetConstructors(Declared).Where(IsVisible).Where(_ => !type.IsEnum && !type.IsInterface))
            yield return $"{name} :: .ctor({Parameters(constructor)})";
        foreach (var method in type.GetMethods(Declared).Where(IsVisible).Where(method => !method.IsSpecialName && !IsOverride(method)))
            yield return $"{name} :: {Static(method)}{TypeNames.Of(method.ReturnType)} {method.Name}{Generic(method)}({Parameters(method)})";
        foreach (var property in type.GetProperties(Declared))
        {
            var accessor = property.GetMethod ?? property.SetMethod!;
            if (!IsVisible(accessor) || IsOverride(accessor))
                continue;
            var get = property.GetMethod is { } getter && IsVisible(getter) ? " get;" : "";
            var set = property.SetMethod is { } setter && IsVisible(setter) ? " set;" : "";
            yield return $"{name} :: {Static(accessor)}{TypeNames.Of(property.PropertyType)} {property.Name} {{{get}{set} }}";
        }

        foreach (var field in type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily) && !field.IsSpecialName))
        {
            var constant = field.IsLiteral
                ? " = " + Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)
                : "";
            yield return type.IsEnum
                ? $"{name} :: {field.Name}{constant}"
                : $"{name} :: {(field.IsStatic ? "static " : "")}{TypeNames.Of(field.FieldType)} {field.Name}{constant}";
        }
    }

    /// <summary>A type's full name as in C#: nested with a dot, generic parameters left out.</summary>
    private static string Name(Type type) => type.FullName!.Replace('+', '.').Split('`')[0];

    private static string Kind(Type type)
    {
        var kind = type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class" : type.IsAbstract ? "abstract class" : type.IsSealed ? "sealed class" : "class";
        return type.BaseType is { } parent && parent != typeof(object) && !type.IsEnum && !type.IsValueType
            ? $"{kind} : {TypeNames.Of(parent)}"
            : kind;
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsOverride(MethodInfo method) => method.GetBaseDefinition().DeclaringType != method.DeclaringType;

    private static string Static(MethodInfo method) => method.IsStatic ? "static " : "";

    private static string Generic(MethodInfo method) => method.IsGenericMethodDefinition
        ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>"
        : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
        + $"{TypeNames.Of(parameter.ParameterType)} {parameter.Name}"
        + (parameter.HasDefaultValue ? " = " + Default(parameter.DefaultValue) : "")));

    private static string Default(object? value) => value switch
    {
        null => "default",
        bool truth => truth ? "true" : "false",
        string text => $"\"{text}\"",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
