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

    public void Add(CreatedStack stack)
    {
        lock (_gate)
            _stacks.Add(stack);
    }
}
