namespace Pomona.Functions.Storage;

/// <summary>A line of a listing.</summary>
/// <param name="Key">The whole key.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ETag">The version, without quotes.</param>
/// <param name="LastModified">When it was written, UTC.</param>
internal readonly record struct ListedObject(string Key, long Size, string ETag, DateTimeOffset LastModified);
