namespace Pomona.Architecture.Tests;

/// <summary>
/// Folders, which are namespaces, that use each other in a circle: at every depth, so that a folder with all that is under it
/// takes part in no circle either.
/// </summary>
internal static class FolderCycles
{
    /// <summary>One line per step of a circle, with the types that make it; empty when there is none.</summary>
    /// <param name="uses">All uses in an assembly.</param>
    /// <param name="root">The assembly's own namespace; other namespaces are generated code's, and are left out.</param>
    public static IReadOnlyList<string> In(IEnumerable<TypeUse> uses, string root)
    {
        var ours = uses.Where(use => IsUnder(use.FromNamespace, root) && IsUnder(use.ToNamespace, root)).ToArray();
        var deepest = ours.SelectMany(use => new[] { use.FromNamespace, use.ToNamespace })
            .Select(name => name.Split('.').Length).DefaultIfEmpty().Max();
        return [.. Enumerable.Range(root.Split('.').Length + 1, Math.Max(0, deepest - root.Split('.').Length))
            .SelectMany(depth => At(depth, ours))
            .Distinct(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> At(int depth, TypeUse[] uses)
    {
        var steps = uses
            .Select(use => (From: Cut(use.FromNamespace, depth), To: Cut(use.ToNamespace, depth), Types: $"{use.From} uses {use.To}"))
            .Where(step => step.From != step.To)
            .GroupBy(step => (step.From, step.To), step => step.Types)
            .ToDictionary(step => step.Key, step => step.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToArray());
        var next = steps.Keys.ToLookup(step => step.From, step => step.To, StringComparer.Ordinal);
        foreach (var ((from, to), types) in steps.OrderBy(step => step.Key.From, StringComparer.Ordinal).ThenBy(step => step.Key.To, StringComparer.Ordinal))
        {
            if (Reaches(to, from, next))
                yield return $"{from} → {to}: {string.Join(", ", types)}";
        }
    }

    private static bool Reaches(string from, string goal, ILookup<string, string> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var open = new Stack<string>(seen);
        while (open.TryPop(out var folder))
        {
            if (folder == goal)
                return true;
            foreach (var further in next[folder].Where(seen.Add))
                open.Push(further);
        }

        return false;
    }

    private static bool IsUnder(string name, string root)
        => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    private static string Cut(string name, int depth) => string.Join('.', name.Split('.').Take(depth));
}
