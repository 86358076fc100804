namespace Pomona.Numerics.Neighbours;

/// <summary>
/// Which of n things are connected, as they are joined one by one: a disjoint-set forest (Tarjan, "Efficiency of a good but not
/// linear set union algorithm", Journal of the ACM 22, 1975), whose parts are named by their least member.
/// </summary>
public sealed class Parts
{
    private readonly int[] _parents;

    /// <summary>Nothing is connected.</summary>
    /// <param name="count">How many things there are.</param>
    public Parts(int count)
    {
        _parents = new int[count];
        for (var i = 0; i < count; i++)
            _parents[i] = i;
    }

    /// <summary>The least member of the part that a thing is in.</summary>
    public int Of(int thing)
    {
        while (_parents[thing] != thing)
            thing = _parents[thing] = _parents[_parents[thing]];
        return thing;
    }

    /// <summary>Connects two things.</summary>
    public void Join(int one, int other)
    {
        var (first, second) = (Of(one), Of(other));
        _parents[Math.Max(first, second)] = Math.Min(first, second);
    }
}
