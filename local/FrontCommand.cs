using System.CommandLine;
using System.Runtime.InteropServices;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Control;
using Pomona.Local.Moto;
using Pomona.Local.Stack;

namespace Pomona.Local;

/// <summary>
/// <c>front</c>: the local cloud itself, in the foreground, until it is asked to go down. <c>up</c> and <c>demo</c> start it.
/// </summary>
internal static class FrontCommand
{
    public static Command Create(CloudOptions options)
    {
        var command = new Command("front", "Run the local cloud in the foreground") { Hidden = true };
        options.AddTo(command);
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(() => RunAsync(options.Settings(arguments), cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(LocalSettings settings, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            end.Cancel();
        });
        var python = await PythonEnvironment.EnsureAsync(
            Path.Combine(settings.Root, ".pomona"), Console.Error.WriteLine, end.Token);
        await using var cloud = await LocalCloud.StartAsync(settings, python, end.Token);
        try
        {
            var stack = await cloud.Services.GetRequiredService<PomonaStack>().CreateAsync(_ => { }, end.Token);
            new LocalCloudNote(settings.Front, Environment.ProcessId, settings.Key, python.ModelFolder, stack.Outputs).Write(settings.StateFolder);
            var asked = cloud.Services.GetRequiredService<ShutdownRequest>().Asked;
            var first = await Task.WhenAny(asked, cloud.MotoExited, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token));
            if (first != cloud.MotoExited)
                return 0;
            throw new LocalCloudException($"moto ended by itself: see {Path.Combine(settings.LogFolder, "moto.log")}.");
        }
        finally
        {
            LocalCloudNote.Remove(settings.StateFolder);
        }
    }
}
