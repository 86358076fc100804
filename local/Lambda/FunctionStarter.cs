using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Processes;

namespace Pomona.Local.Lambda;

/// <summary>Starts the processes that functions run in, each with only the environment that Lambda would give it.</summary>
internal sealed class FunctionStarter(LocalSettings settings, IdSource ids, TimeProvider clock, FunctionInstances instances)
{
    private readonly ConcurrentDictionary<string, LogFile> _logs = new(StringComparer.Ordinal);

    /// <summary>How many instances of one function may run at once; further events wait.</summary>
    public int Concurrency => settings.FunctionConcurrency;

    /// <summary>Starts an instance, which then asks for its first event.</summary>
    public FunctionInstance Start(FunctionDefinition function)
    {
        var id = $"{ids.Code("i", 12)}-{settings.Key}";
        var log = new FunctionLog(_logs.GetOrAdd(
            function.Name, name => new LogFile(Path.Combine(settings.LogFolder, $"{name}.log"))));
        var instance = new FunctionInstance(id, function, Directory.CreateDirectory(Path.Combine(settings.StateFolder, "tmp", id)), log, clock);
        instances.Add(instance);
        instance.Begin(Plan(id, instance));
        _ = ForgetAsync(instance);
        return instance;
    }

    private async Task ForgetAsync(FunctionInstance instance)
    {
        await instance.Exited;
        instances.Remove(instance);
        instance.Temporary.Delete(recursive: true);
    }

    private ProcessPlan Plan(string id, FunctionInstance instance)
    {
        var function = instance.Function;
        var memory = function.MemoryMegabytes;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin",
            ["HOME"] = settings.StateFolder,
            ["TMPDIR"] = instance.Temporary.FullName,
            ["LANG"] = "en_US.UTF-8",
            ["TZ"] = ":UTC",
            ["_HANDLER"] = function.Handler,
            ["AWS_LAMBDA_RUNTIME_API"] = $"{settings.Front.Authority}/_runtime/{id}",
            ["AWS_LAMBDA_FUNCTION_NAME"] = function.Name,
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = memory.ToString(CultureInfo.InvariantCulture),
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = $"/aws/lambda/{function.Name}",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = $"[$LATEST]{id.Split('-')[0]}",
            ["AWS_EXECUTION_ENV"] = "AWS_Lambda_dotnet10",
            ["AWS_REGION"] = LocalSettings.Region,
            ["AWS_DEFAULT_REGION"] = LocalSettings.Region,
            ["AWS_ACCESS_KEY_ID"] = settings.AccessKey(function.Name),
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_ENDPOINT_URL"] = settings.Front.AbsoluteUri.TrimEnd('/'),
            ["LAMBDA_TASK_ROOT"] = function.CodeFolder,
            // What the garbage collector takes by itself under a container's limit.
            ["DOTNET_GCHeapHardLimit"] = (memory * 1024L * 1024 * 3 / 4).ToString("x", CultureInfo.InvariantCulture),
            ["DOTNET_gcServer"] = "0",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "../../..")),
        };
        foreach (var (name, value) in function.Environment)
            environment[name] = value;

        return new ProcessPlan(
            [Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
             Path.Combine(AppContext.BaseDirectory, "Pomona.Local.Runtime.dll")],
            environment,
            function.CodeFolder,
            TimeSpan.FromSeconds(1));
    }
}

/// <summary>The processes that may ask the Runtime API for events, by the id in their address.</summary>
internal sealed class FunctionInstances
{
    private readonly ConcurrentDictionary<string, FunctionInstance> _instances = new(StringComparer.Ordinal);

    public void Add(FunctionInstance instance) => _instances[instance.Id] = instance;

    public void Remove(FunctionInstance instance) => _instances.TryRemove(instance.Id, out _);

    /// <summary>Those of a function.</summary>
    public IReadOnlyList<FunctionInstance> Of(string function) => [.. _instances.Values.Where(instance => instance.Function.Name == function)];

    public bool TryGet(string id, [NotNullWhen(true)] out FunctionInstance? instance) =>
        _instances.TryGetValue(id, out instance);
}
