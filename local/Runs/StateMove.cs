namespace Pomona.Local.Runs;

/// <summary>A way that an execution went, from one state that does something to the next; Choice and Pass states between
/// them are part of the way.</summary>
internal sealed record StateMove(string From, string To);
