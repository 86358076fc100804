using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Pomona.Job.Workers;

/// <summary>
/// Finds the native libraries of the job's packages beside the job. In a Spark worker the program is Spark's, which knows only
/// where its own are; a job that was built for all systems has them under <c>runtimes/</c>, where nothing else looks.
/// </summary>
internal static class WorkerNatives
{
    /// <summary>Asked for whatever the program itself does not find.</summary>
    [ModuleInitializer]
    internal static void Look()
        => AssemblyLoadContext.GetLoadContext(typeof(WorkerNatives).Assembly)!.ResolvingUnmanagedDll += Find;

    private static nint Find(Assembly assembly, string name)
    {
        var folder = Path.GetDirectoryName(typeof(WorkerNatives).Assembly.Location);
        if (string.IsNullOrEmpty(folder))
            return 0;
        var (family, prefix, suffix) = OperatingSystem.IsMacOS() ? ("osx", "lib", ".dylib")
            : OperatingSystem.IsWindows() ? ("win", "", ".dll")
            : ("linux", "lib", ".so");
        var natives = Path.Combine(folder, "runtimes", $"{family}-{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant(), "native");
        foreach (var file in new[] { name, name + suffix, prefix + name + suffix })
        {
            if (NativeLibrary.TryLoad(Path.Combine(folder, file), out var library) || NativeLibrary.TryLoad(Path.Combine(natives, file), out library))
                return library;
        }

        return 0;
    }
}
