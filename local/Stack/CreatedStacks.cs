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

    public void Add(CreatedStack stack)
    {
        lock (_gate)
            _stacks.Add(stack);
    }
}
