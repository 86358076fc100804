namespace Pomona.Local.Stack;

/// <summary>The stacks of this account.</summary>
internal sealed class CreatedStacks
{
    private readonly Lock _gate = new();
    private readonly List<CreatedStack> _stacks = [];

    /// <summary>All stacks, oldest first.</summary>
    public IReadOnlyList<CreatedStack> All
    {
        get
        {
            lock (_gate)
                return [.. _stacks];
        }
    }

    /// <summary>The bucket of the first stack that has one; null before there is any.</summary>
    public string? Bucket => All.Select(stack => stack.Outputs.GetValueOrDefault("BucketName")).FirstOrDefault(name => name is not null);

    /// <summary>The topic of its mails; null before there is any.</summary>
    public string? MailTopic => All.Select(stack => stack.Outputs.GetValueOrDefault("MailTopicArn")).FirstOrDefault(arn => arn is not null);

    public void Add(CreatedStack stack)
    {
        lock (_gate)
            _stacks.Add(stack);
    }
}

/// <summary>A stack that was created.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Resources">What <c>Ref</c> gives for each resource: its physical id.</param>
/// <param name="Outputs">Its outputs.</param>
internal sealed record CreatedStack(
    string Name, IReadOnlyDictionary<string, string> Resources, IReadOnlyDictionary<string, string> Outputs);
