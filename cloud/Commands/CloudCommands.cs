using System.CommandLine;
using Pomona.Cloud.Account;

namespace Pomona.Cloud.Commands;

/// <summary><c>./pomona cloud …</c>.</summary>
internal static class CloudCommands
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var cloud = new Command("cloud", "Works with Pomona's stack in an AWS account, or with --local in the local cloud")
        {
            UploadCommand.Create(options, time),
            PlanCommand.Create(options, time),
            CheckCommand.Create(options, time),
            DeployCommand.Create(options, time),
            UndeployCommand.Create(options, time),
            SmokeCommand.Create(options, time),
            StartCommand.Create(options, time),
            RunsCommand.Create(options, time),
            WatchCommand.Create(options, time),
            ResultCommands.Report(options, time),
            ResultCommands.Download(options, time),
            RemoveCommand.Create(options, time),
            StopCommands.Stop(options, time),
            StopCommands.Resume(options, time),
            LogsCommand.Create(options, time),
            ReplayCommand.Create(options, time),
        };
        options.AddTo(cloud);
        return cloud;
    }
}
