namespace Pomona.Functions.Storage;

/// <summary>An object as read.</summary>
/// <param name="Content">Its bytes, or the first of them.</param>
/// <param name="ETag">Its version, for If-Match, as the store spells it.</param>
/// <param name="Truncated">Whether the object is larger than what was read.</param>
internal sealed record StoredObject(ReadOnlyMemory<byte> Content, string ETag, bool Truncated);
