using System.Reflection;
using System.Runtime.Loader;

namespace Pomona.Local.Runtime;

/// <summary>Loads a function's assemblies from its own folder and by its own list of dependencies.</summary>
internal sealed class FunctionAssemblies(string assembly) : AssemblyLoadContext("function")
{
    private readonly AssemblyDependencyResolver _resolver = new(assembly);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
}
