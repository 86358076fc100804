namespace Pomona.Storage;

/// <summary>A store could not do what it was asked; the message is one clause that names the object and the reason.</summary>
public sealed class StoreException(StoreFault fault, string message, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>The kind of failure, for callers that treat one image's failure unlike the whole store's.</summary>
    public StoreFault Fault { get; } = fault;
}

/// <summary>Why a store could not do what it was asked.</summary>
public enum StoreFault
{
    /// <summary>There is no such object, folder or bucket.</summary>
    Missing,

    /// <summary>The caller may not.</summary>
    Forbidden,

    /// <summary>The object is not the version that was asked for.</summary>
    Changed,

    /// <summary>This one object cannot be read, while others can.</summary>
    Unreadable,

    /// <summary>The object's name cannot be passed to the operating system.</summary>
    Unnameable,

    /// <summary>The object's name leads out of the store.</summary>
    Outside,

    /// <summary>There is no space left.</summary>
    Full,

    /// <summary>This process may open no more files.</summary>
    Exhausted,

    /// <summary>The store does not answer, even after retries.</summary>
    Unreachable,

    /// <summary>What could be read before cannot any more, all of it: a disk, a share, a bucket or its rights have gone.</summary>
    Gone,

    /// <summary>The service does not take the credentials: they have expired, or it does not know them.</summary>
    Credentials,

    /// <summary>The service finds that this machine's clock is wrong.</summary>
    Clock,
}
