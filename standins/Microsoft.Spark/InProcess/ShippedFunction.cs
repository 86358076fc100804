// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Microsoft.Spark.InProcess;

/// <summary>
/// A function as it travels to a worker, with the real package's limits (UdfSerDe): the method by its name alone, the object
/// it belongs to as a list of field values, made anew without running a constructor. What the real one could not send, or
/// could not bring back to life, is refused here too.
/// </summary>
internal sealed class ShippedFunction
{
    private const BindingFlags Everything =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly MethodInfo _method;
    private readonly Type _targetType;
    private readonly (FieldInfo Field, object Value)[] _fields;

    public ShippedFunction(Delegate function)
    {
        var target = function.Target
            ?? throw new NotSupportedException("The stand-in ships methods of an object only.");
        _targetType = target.GetType();
        _method = _targetType.GetMethod(function.Method.Name, Everything); // ambiguous names fail here as they do on a worker
        if (_method != function.Method)
            throw new NotSupportedException($"{function.Method} cannot be found on a worker by its name in {_targetType}.");

        _fields = [.. _targetType.GetFields(Everything).Select(field => Captured(field, target))];
    }

    /// <summary>The function on the worker's side; every task makes its own.</summary>
    public Func<T, TResult> Unpack<T, TResult>()
    {
        var target = RuntimeHelpers.GetUninitializedObject(_targetType);
        foreach (var (field, value) in _fields)
            field.SetValue(target, value);
        return _method.CreateDelegate<Func<T, TResult>>(target);
    }

    private static (FieldInfo, object) Captured(FieldInfo field, object target)
    {
        if (field.IsStatic)
            throw new NotSupportedException($"{field.DeclaringType}.{field.Name} is static: a worker looks for instance fields.");
        if (field.FieldType != typeof(string) && !field.FieldType.IsPrimitive)
            throw new NotSupportedException($"{field.DeclaringType}.{field.Name}: only strings and numbers are captured here.");
        return (field, field.GetValue(target));
    }
}
