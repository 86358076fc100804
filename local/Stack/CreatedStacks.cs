using Pomona.Local.Account;

namespace Pomona.Local.Stack;

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
/// <param name="Types">Each resource's type.</param>
/// <param name="Parameters">The values of the template's parameters, defaults included.</param>
/// <param name="Outputs">Its outputs.</param>
/// <param name="Created">When it was created.</param>
internal sealed record CreatedStack(
    string Name, IReadOnlyDictionary<string, string> Resources, IReadOnlyDictionary<string, string> Types,
    IReadOnlyDictionary<string, string> Parameters, IReadOnlyDictionary<string, string> Outputs, DateTimeOffset Created)
{
    public string Id => IdOf(Name);

    /// <summary>The id of a stack of that name.</summary>
    public static string IdOf(string name) => $"arn:aws:cloudformation:{LocalSettings.Region}:{LocalSettings.Account}:stack/{name}/local";
}
