using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Pomona.Local.Lambda;

/// <summary>The processes that may ask the Runtime API for events, by the id in their address.</summary>
internal sealed class FunctionInstances
{
    private readonly ConcurrentDictionary<string, FunctionInstance> _instances = new(StringComparer.Ordinal);

    public void Add(FunctionInstance instance) => _instances[instance.Id] = instance;

    public void Remove(FunctionInstance instance) => _instances.TryRemove(instance.Id, out _);

    public bool TryGet(string id, [NotNullWhen(true)] out FunctionInstance? instance) =>
        _instances.TryGetValue(id, out instance);
}
