using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Letters;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>replay</c>: shows the dead letters, and gives them to whom they were for, one by one or all.</summary>
internal static class ReplayCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var all = new Option<bool>("--all") { Description = "Replay all of them, without asking" };
        var list = new Option<bool>("--list") { Description = "Only show them" };
        var command = new Command("replay", "Show the events that nobody could deal with (dead letters), and give them to whom they were for, one by one or all") { all, list };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            RunAsync(session, session.Arguments.GetValue(all), session.Arguments.GetValue(list), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, bool isAll, bool isList, CancellationToken cancellation)
    {
        if (isAll && isList)
            throw new PomonaException(ExitCode.Usage, "--all and --list exclude each other.");
        var queue = await DeadLetterQueue.OfAsync(session.Account, cancellation);
        var letters = await queue.ReadAsync(cancellation);
        var (replayed, left) = (new List<DeadLetter>(), new List<DeadLetter>(letters));
        try
        {
            foreach (var letter in letters)
                await session.Progress.WriteLineAsync(Describe(letter));
            if (letters.Count > 0 && !isList && !session.IsJson && !isAll && Console.IsInputRedirected)
                throw new PomonaException(ExitCode.Usage, "nobody can be asked here: --all replays all of them, --list only shows them.");
            foreach (var letter in letters)
            {
                if (isList || (session.IsJson && !isAll))
                    break;
                if (!await session.AgreesAsync($"Give {Short(letter)} to {letter.Receiver} again", isAll, cancellation))
                    continue;
                await queue.ReplayAsync(letter, cancellation);
                replayed.Add(letter);
                left.Remove(letter);
            }
        }
        finally
        {
            // Whoever looks next sees them at once.
            foreach (var letter in left)
                await queue.LeaveAsync(letter, CancellationToken.None);
        }

        if (session.IsJson)
            await session.WriteJsonAsync(new { Replayed = replayed, Left = left });
        else
            await session.Output.WriteLineAsync(letters.Count == 0 ? "There are no dead letters." : string.Create(CultureInfo.InvariantCulture, $"{replayed.Count} replayed, {left.Count} left."));
        return ExitCode.Success;
    }

    private static string Describe(DeadLetter letter) =>
        $"{letter.Sent?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "some time"}  for {letter.Receiver}: {letter.About}\n"
        + $"                  {letter.Error}{(letter.Attempts is { } attempts ? $" ({attempts} attempts)" : string.Empty)}";

    private static string Short(DeadLetter letter) => Printable.Excerpt(letter.About, 60);
}
