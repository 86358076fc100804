using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Pomona.CommandLine;
using Pomona.Local.Account;
using Pomona.Local.Emr;

namespace Pomona.Local.Commands;

/// <summary><c>./pomona local …</c>.</summary>
internal static class LocalCommands
{
    // For a terminal, from which people copy commands: quotes stay quotes.
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Command Create(CloudOptions options)
    {
        var local = new Command("local", "An AWS account on this machine");
        local.Subcommands.Add(Up(options));
        local.Subcommands.Add(Command("down", "Bring it down, with everything in it", DownAsync));
        local.Subcommands.Add(Command("status", "What is there", StatusAsync));
        local.Subcommands.Add(Command("mails", "Show the mails it has sent", MailsAsync));
        local.Subcommands.Add(Invoke());
        local.Subcommands.Add(Fire());
        return local;
    }

    private static Command Up(CloudOptions options)
    {
        var command = new Command("up", "Bring it up, with the stack of serverless.template in it");
        options.AddTo(command);
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(async () =>
        {
            var output = arguments.InvocationConfiguration.Output;
            var settings = options.Settings(arguments);
            using var there = await RunningCloud.FindAsync(settings.StateFolder, cancellation);
            if (there is not null)
            {
                await output.WriteLineAsync($"A local cloud is up already: {there.Endpoint}");
                return 0;
            }

            var steps = NodeSpark.Sentence(settings.Root, Environment.GetEnvironmentVariable);
            using var cloud = await CloudStart.RunAsync(settings, options.Words(arguments), new LastingOutput(output).WriteLine, cancellation);
            await output.WriteLineAsync($"""
                The local cloud is up. Its page: {cloud.Page}
                {steps}
                  ./pomona cloud --local upload DIR NAME           upload images; a run starts by itself
                  aws --endpoint-url {cloud.Endpoint.AbsoluteUri.TrimEnd('/')} s3 sync DIR s3://{cloud.Bucket}/datasets/NAME
                  ./pomona local mails | status | down
                For AWS's tools ({(OperatingSystem.IsLinux() ? "any access key will do, only you can call" : "the access key holds the key of this start")}):
                  export {cloud.Credentials}
                """);
            return 0;
        }));
        return command;
    }

    private static async Task<int> DownAsync(TextWriter output, CancellationToken cancellation)
    {
        using var cloud = await RunningCloud.FindAsync(CloudOptions.StateFolder, cancellation);
        if (cloud is null)
        {
            await output.WriteLineAsync("No local cloud is up.");
            return 0;
        }

        await cloud.ShutDownAsync(cancellation);
        await output.WriteLineAsync("The local cloud is down.");
        return 0;
    }

    private static async Task<int> StatusAsync(TextWriter output, CancellationToken cancellation)
    {
        using var cloud = await RunningCloud.RequireAsync(CloudOptions.StateFolder, cancellation);
        await output.WriteLineAsync((await cloud.StatusAsync(cancellation)).ToJsonString(Indented));
        return 0;
    }

    private static async Task<int> MailsAsync(TextWriter output, CancellationToken cancellation)
    {
        using var cloud = await RunningCloud.RequireAsync(CloudOptions.StateFolder, cancellation);
        foreach (var mail in (await cloud.AccountAsync(cancellation)).Mails)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{mail.SentAt:HH:mm:ss}  To: {mail.To}\n          Subject: {mail.Subject}\n          {mail.File}\n"));
            await output.WriteLineAsync(mail.Body);
        }

        return 0;
    }

    private static Command Invoke()
    {
        var function = new Argument<string>("FUNCTION") { Description = "The function's name, with or without the stack's" };
        var payload = new Argument<string>("EVENT.json") { Description = "The event" };
        var command = new Command("invoke", "Call a function with an event, as 'sam local invoke' does") { function, payload };
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(async () =>
        {
            using var cloud = await RunningCloud.RequireAsync(CloudOptions.StateFolder, cancellation);
            var name = arguments.GetRequiredValue(function);
            var known = (await cloud.StatusAsync(cancellation))["functions"]!.AsArray().Select(entry => (string)entry!["name"]!).ToArray();
            var full = known.FirstOrDefault(entry => entry == name || entry.EndsWith($"-{name}", StringComparison.Ordinal))
                ?? throw new LocalCloudException($"there is no function '{Contracts.Printable.Excerpt(name)}': there are {string.Join(", ", known)}.");
            var (answer, error, log) = await cloud.InvokeAsync(full, await EventAsync(arguments.GetRequiredValue(payload), cancellation), cancellation);
            await arguments.InvocationConfiguration.Error.WriteAsync(log);
            await arguments.InvocationConfiguration.Output.WriteLineAsync(answer);
            return (int)(error is null ? Contracts.ExitCode.Success : Contracts.ExitCode.Account);
        }));
        return command;
    }

    private static async Task<byte[]> EventAsync(string file, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellation);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new LocalCloudException(unread.Message, unread, Contracts.ExitCode.Input);
        }
    }

    private static Command Fire()
    {
        var name = new Argument<string>("SCHEDULE") { Description = "The schedule's name, with or without the stack's" };
        var command = new Command("fire", "Fire a schedule now: no clock does it here") { name };
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(async () =>
        {
            using var cloud = await RunningCloud.RequireAsync(CloudOptions.StateFolder, cancellation);
            await cloud.PostAsync($"schedules/{Uri.EscapeDataString(arguments.GetRequiredValue(name))}/fire", cancellation);
            return 0;
        }));
        return command;
    }

    private static Command Command(string name, string description, Func<TextWriter, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction((arguments, cancellation) => LocalFailure.ToldAsync(() => run(arguments.InvocationConfiguration.Output, cancellation)));
        return command;
    }
}
