using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Pomona.Local.Runtime;

/// <summary>
/// The serializer that a function names in its <c>LambdaSerializer</c> attribute. It is reached by reflection, because its
/// interface belongs to the function's own copy of Amazon.Lambda.Core, whichever version that is.
/// </summary>
internal sealed class Serializer
{
    private const string Attribute = "Amazon.Lambda.Core.LambdaSerializerAttribute";
    private const string Interface = "Amazon.Lambda.Core.ILambdaSerializer";

    private readonly object _serializer;
    private readonly MethodInfo _deserialize;
    private readonly MethodInfo _serialize;

    private Serializer(object serializer, Type contract)
    {
        _serializer = serializer;
        _deserialize = contract.GetMethod("Deserialize")!;
        _serialize = contract.GetMethod("Serialize")!;
    }

    /// <summary>The serializer of the method, or of its assembly; null when neither names one.</summary>
    public static Serializer? Of(MethodInfo method, Assembly assembly)
    {
        var attribute = method.GetCustomAttributes().Concat(assembly.GetCustomAttributes())
            .FirstOrDefault(candidate => candidate.GetType().FullName == Attribute);
        if (attribute is null)
            return null;
        var type = (Type)attribute.GetType().GetProperty("SerializerType")!.GetValue(attribute)!;
        var contract = type.GetInterface(Interface)
            ?? throw new InvalidOperationException($"{type} does not implement {Interface}.");
        return new Serializer(Activator.CreateInstance(type)!, contract);
    }

    public object? Deserialize(Type type, Stream payload) => Call(_deserialize, type, payload);

    public void Serialize(Type type, object? value, Stream payload) => Call(_serialize, type, value, payload);

    private object? Call(MethodInfo method, Type type, params object?[] arguments)
    {
        try
        {
            return method.MakeGenericMethod(type).Invoke(_serializer, arguments);
        }
        catch (TargetInvocationException fault) when (fault.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
            throw;
        }
    }
}
