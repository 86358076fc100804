using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Letters;

/// <summary>The stack's queue of dead letters.</summary>
/// <param name="aws">The AWS command line.</param>
/// <param name="queue">The queue's address.</param>
/// <param name="watchCluster">The ARN of the function that listens to the stack's topic of events; null where there is none.</param>
/// <param name="own">The names and ARNs of the stack's resources: nobody else gets anything, whatever a letter says.</param>
internal sealed class DeadLetterQueue(AwsProgram aws, string queue, string? watchCluster, IReadOnlySet<string> own)
{
    /// <summary>How long what is shown is hidden from others: as long as a person may think it over.</summary>
    private const int HiddenSeconds = 300;

    private const int AtOnce = 10;

    /// <summary>More are shown by the next call.</summary>
    private const int Most = 200;

    /// <summary>Finds the stack's queue.</summary>
    /// <exception cref="PomonaException">The stack has none.</exception>
    public static async Task<DeadLetterQueue> OfAsync(CloudAccount account, CancellationToken cancellation)
    {
        var stack = await account.StackAsync(cancellation);
        var resources = await stack.ResourcesAsync(account.Aws, cancellation);
        return resources.GetValueOrDefault("DeadLetters") is { Length: > 0 } address
            ? new DeadLetterQueue(
                account.Aws, address,
                resources.GetValueOrDefault("WatchCluster") is { } function ? $"arn:aws:lambda:{account.Region}:{stack.Account}:function:{function}" : null,
                resources.Values.ToHashSet(StringComparer.Ordinal))
            : throw new PomonaException(ExitCode.Account, $"the stack '{stack.Name}' has no queue of dead letters ({account.Place}): deploy it again.");
    }

    /// <summary>The letters that are there, which for some minutes nobody else sees.</summary>
    public async Task<IReadOnlyList<DeadLetter>> ReadAsync(CancellationToken cancellation)
    {
        var letters = new Dictionary<string, DeadLetter>(StringComparer.Ordinal);
        while (letters.Count < Most)
        {
            var answer = await aws.AskAsync(
                "sqs", "receive-message",
                new JsonObject
                {
                    ["QueueUrl"] = queue,
                    ["MaxNumberOfMessages"] = AtOnce,
                    ["VisibilityTimeout"] = HiddenSeconds,
                    ["WaitTimeSeconds"] = 1,
                    ["AttributeNames"] = new JsonArray("All"),
                    ["MessageAttributeNames"] = new JsonArray("All"),
                },
                cancellation);
            var before = letters.Count;
            foreach (var message in answer["Messages"] as JsonArray ?? [])
            {
                var letter = DeadLetter.Of(message!, watchCluster);
                letters[letter.Id] = letter;
            }

            if (letters.Count == before)
                break;
        }

        return [.. letters.Values.OrderBy(static letter => letter.Sent)];
    }

    /// <summary>Gives a letter to whom it was for, and takes it out of the queue.</summary>
    /// <exception cref="PomonaException">It is not told, or not known, whom it was for; it stays.</exception>
    public async Task ReplayAsync(DeadLetter letter, CancellationToken cancellation)
    {
        switch (letter.Target?.Split(':'))
        {
            case [_, _, "lambda", _, _, _, var function] when own.Contains(function):
                await InvokeAsync(function, letter.Event, cancellation);
                break;
            case [_, _, "sns", ..] when own.Contains(letter.Target):
                await aws.AskAsync("sns", "publish", new JsonObject { ["TopicArn"] = letter.Target, ["Message"] = letter.Event }, cancellation);
                break;
            case [_, _, "states", ..] when own.Contains(letter.Target):
                await aws.AskAsync("stepfunctions", "start-execution", new JsonObject { ["stateMachineArn"] = letter.Target, ["input"] = letter.Event }, cancellation);
                break;
            default:
                throw new PomonaException(ExitCode.Account, $"letter {Printable.Excerpt(letter.Id, 40)} is for {letter.Receiver}, which is none of the stack's: it stays where it is.");
        }

        await aws.AskAsync("sqs", "delete-message", new JsonObject { ["QueueUrl"] = queue, ["ReceiptHandle"] = letter.Receipt }, cancellation);
    }

    /// <summary>Lets the others have what was only looked at.</summary>
    public async Task LeaveAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancellation)
    {
        foreach (var some in letters.Chunk(AtOnce))
        {
            await aws.AskAsync(
                "sqs", "change-message-visibility-batch",
                new JsonObject
                {
                    ["QueueUrl"] = queue,
                    ["Entries"] = new JsonArray([.. some.Select(static (letter, at) => new JsonObject
                    {
                        ["Id"] = at.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        ["ReceiptHandle"] = letter.Receipt,
                        ["VisibilityTimeout"] = 0,
                    })]),
                },
                cancellation);
        }
    }

    // As an event: nothing is waited for, and nothing answered.
    private async Task InvokeAsync(string function, string payload, CancellationToken cancellation)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, payload, cancellation);
            await aws.RunAsync(
                ["lambda", "invoke", "--function-name", AwsProgram.Word(function), "--invocation-type", "Event", "--payload", $"fileb://{file}", "--output", "json", "/dev/null"],
                cancellation);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
