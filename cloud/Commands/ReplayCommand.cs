using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Letters;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>replay</c>: shows the dead letters, and gives them to whom they were for, one by one or all.</summary>
internal static class ReplayCommand
{
    private const int AtOnce = 4;

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
        var replayed = new ConcurrentBag<DeadLetter>();
        try
        {
            // Of an upload whose function was broken, as many as images: each kind once, with its number.
            foreach (var kind in letters.GroupBy(static letter => (letter.Receiver, letter.Kind, letter.Error)))
                await session.Progress.WriteLineAsync(Describe(kind.First(), kind.Count()));
            if (letters.Count > 0 && !isList && !session.IsJson && !isAll && Console.IsInputRedirected)
                throw new PomonaException(ExitCode.Usage, "nobody can be asked here: --all replays all of them, --list only shows them.");
            if (isAll)
            {
                await Parallel.ForEachAsync(
                    letters, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                    async (letter, cancel) => await GiveAsync(letter, cancel));
            }
            else if (!isList && !session.IsJson)
            {
                foreach (var letter in letters)
                {
                    if (await session.AgreesAsync($"Give {Printable.Excerpt(letter.About, 80)} to {letter.Receiver} again", isAnswered: false, cancellation))
                        await GiveAsync(letter, cancellation);
                }
            }
        }
        finally
        {
            // Whoever looks next sees them at once.
            await queue.LeaveAsync([.. letters.Except(replayed)], CancellationToken.None);
        }

        async Task GiveAsync(DeadLetter letter, CancellationToken cancel)
        {
            await queue.ReplayAsync(letter, cancel);
            replayed.Add(letter);
        }

        var left = letters.Except(replayed).ToArray();
        if (session.IsJson)
            await session.WriteJsonAsync(new { Replayed = replayed, Left = left });
        else
            await session.Output.WriteLineAsync(letters.Count == 0 ? "There are no dead letters." : string.Create(CultureInfo.InvariantCulture, $"{replayed.Count} replayed, {left.Length} left."));
        return ExitCode.Success;
    }

    private static string Describe(DeadLetter first, int count) => string.Create(
        CultureInfo.InvariantCulture,
        $"{first.Sent?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "some time"}  for {first.Receiver}: {first.About}{(count > 1 ? $" and {count - 1:N0} more like it" : string.Empty)}\n"
        + $"                  {first.Error}{(first.Attempts is { } attempts ? $" ({attempts} attempts)" : string.Empty)}");
}
