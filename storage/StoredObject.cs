namespace Pomona.Storage;

/// <summary>An object as a store lists it.</summary>
/// <param name="Key">Relative to the store's root, with <c>/</c> between folders.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The version: changes whenever the content may have changed.</param>
public readonly record struct StoredObject(string Key, long Size, string ETag);
