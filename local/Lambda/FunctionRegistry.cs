using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Pomona.Local.Account;

namespace Pomona.Local.Lambda;

/// <summary>The functions that this account hosts, with the instances that run them.</summary>
internal sealed class FunctionRegistry(FunctionStarter starter, FunctionQuota quota) : HostedPart
{
    private readonly ConcurrentDictionary<string, FunctionPool> _functions = new(StringComparer.Ordinal);

    public IReadOnlyCollection<FunctionPool> All => [.. _functions.Values.OrderBy(pool => pool.Definition.Name, StringComparer.Ordinal)];

    /// <exception cref="InvalidOperationException">There is one of that name already.</exception>
    public void Add(FunctionDefinition definition)
    {
        if (!_functions.TryAdd(definition.Name, new FunctionPool(definition, starter, quota)))
            throw new InvalidOperationException($"there is already a function '{definition.Name}'.");
    }

    /// <summary>Finds a function by its name, ARN, or partial ARN, with or without a qualifier.</summary>
    public bool TryGet(string nameOrArn, [NotNullWhen(true)] out FunctionPool? pool) =>
        _functions.TryGetValue(NameOf(nameOrArn), out pool);

    /// <summary>The name within a function's ARN, partial ARN or name.</summary>
    public static string NameOf(string nameOrArn)
    {
        var parts = nameOrArn.Split(':');
        var marker = Array.IndexOf(parts, "function");
        return marker >= 0 && marker + 1 < parts.Length ? parts[marker + 1] : parts[0];
    }

    /// <summary>Removes every function and ends its instances.</summary>
    public override async Task StoppingAsync(CancellationToken cancellationToken)
    {
        foreach (var name in _functions.Keys)
        {
            if (_functions.TryRemove(name, out var pool))
                await pool.DisposeAsync();
        }
    }
}
