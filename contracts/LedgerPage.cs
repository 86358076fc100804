using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// A page of a run's ledger: files that the run wrote, or, as an announcement, is about to write. Mostly one file, the one
/// that the page is named after; of manifests, which are many and small, a page tells of a batch.
/// </summary>
/// <param name="Run">Which run's it is (the member <c>run</c> of <see cref="RunLayout.Settings"/>).</param>
/// <param name="Files">The files; an announcement may have several lines for one, of attempts that wanted different things.</param>
public sealed record LedgerPage(string Run, IReadOnlyList<LedgerLine> Files)
{
    /// <summary>The page as JSON.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, LedgerPageJson.Default.LedgerPage);

    /// <summary>Reads a page that <see cref="ToJson"/> wrote; null when the text is none.</summary>
    public static LedgerPage? TryParse(ReadOnlySpan<byte> json)
        => JsonText.TryRead(json, LedgerPageJson.Default.LedgerPage) is { Run: not null, Files: not null } page
            && page.Files.All(line => line is { Key: not null, Size: >= 0, Sha256: not null, Summary: null or { IsPossible: true } }) ? page : null;
}

/// <summary>One file in a ledger.</summary>
/// <param name="Key">The file.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
/// <param name="ETag">The version that the write answered; null before it, and where that is of no use.</param>
/// <param name="Summary">Of cues and features: what the shard's extraction gave.</param>
/// <param name="IsPromised">
/// Later stages have built on this content, and then it was lost: what is computed in its place must be of the same images.
/// </param>
/// <param name="IsWithdrawn">This content is there, and what is computed anew takes its place.</param>
public sealed record LedgerLine(
    string Key,
    long Size,
    string Sha256,
    string? ETag = null,
    ShardSummary? Summary = null,
    bool IsPromised = false,
    bool IsWithdrawn = false)
{
    /// <summary>Whether it is of an attempt that could not read all its images, and that nothing is built on.</summary>
    [JsonIgnore]
    public bool IsUnread => !IsPromised && Summary is { Unread: > 0 };

    /// <summary>The line of a file with this content.</summary>
    public static LedgerLine Of(string key, ReadOnlySpan<byte> content, ShardSummary? summary = null)
        => new(key, content.Length, Sha256Text.Of(content), ETag: null, summary);

    /// <inheritdoc cref="Of(string, ReadOnlySpan{byte}, ShardSummary)"/>
    public static LedgerLine Of(string key, Stream content)
    {
        ArgumentNullException.ThrowIfNull(content);
        content.Position = 0;
        return new(key, content.Length, Sha256Text.Of(content));
    }

    /// <summary>Whether the file as listed is the very version that was written.</summary>
    public bool IsVersion(long size, string etag) => size == Size && string.Equals(etag, ETag, StringComparison.Ordinal);

    /// <summary>Whether this is the content that was written.</summary>
    public bool IsContent(ReadOnlySpan<byte> content)
        => content.Length == Size && string.Equals(Sha256Text.Of(content), Sha256, StringComparison.Ordinal);

    /// <inheritdoc cref="IsContent(ReadOnlySpan{byte})"/>
    /// <param name="size">Bytes.</param>
    /// <param name="sha256">Of the content, 64 lower-case hexadecimal digits.</param>
    public bool IsContent(long size, string sha256) => size == Size && string.Equals(sha256, Sha256, StringComparison.Ordinal);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LedgerPage))]
internal sealed partial class LedgerPageJson : JsonSerializerContext;
