namespace Pomona.Storage;

/// <summary>A store could not do what it was asked; the message is one clause that names the object and the reason.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>The kind of failure, for callers that treat one image's failure unlike the whole store's.</summary>
    public StoreFault Fault { get; } = fault;
}
