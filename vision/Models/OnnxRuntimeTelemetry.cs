using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pomona.Vision.Models;

/// <summary>
/// Keeps ONNX Runtime from reporting to its maker. Left alone, one run writes a device id and a database under HOME and
/// looks up a telemetry host. It asks the environment while its library loads; the switch of its API comes after the first
/// event.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    private const string Switch = "ORT_DISABLE_TELEMETRY";

#pragma warning disable CA2255 // What must happen before a library loads belongs to who loads it, not to every program.
    [ModuleInitializer]
    internal static void Disable()
#pragma warning restore CA2255
    {
        // .NET keeps a copy of the environment, which programs that this one starts inherit and native code never sees.
        Environment.SetEnvironmentVariable(Switch, "1");
        if (!OperatingSystem.IsWindows())
            _ = SetForNativeCode(Switch, "1", overwrite: 1);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetForNativeCode(string name, string value, int overwrite);
}
