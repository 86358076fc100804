using System.Security.Cryptography;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>What a file of an output holds, without holding it: the list of rejected images has no limit.</summary>
/// <param name="ETag">Its version.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Of its content, 64 lower-case hexadecimal digits.</param>
/// <param name="IsBeginning">Whether what it is compared with begins with all that it holds.</param>
internal sealed record ScannedFile(string ETag, long Size, string Sha256, bool IsBeginning)
{
    private const int Piece = 1 << 16;

    /// <summary>Reads a file through, and compares it with what is to stand in its place; null when there is none.</summary>
    public static async Task<ScannedFile?> TryReadAsync(
        IStore output, string key, Stream? content, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = content is null ? [] : new byte[Piece];
        var (size, isBeginning) = (0L, content is not null);
        try
        {
            var etag = await output.TryScanAsync(
                key,
                () =>
                {
                    _ = hash.GetHashAndReset();
                    (size, isBeginning) = (0, content is not null);
                    if (content is not null)
                        content.Position = 0;
                    return Take;
                },
                cancellation).ConfigureAwait(false);
            return etag is null
                ? null
                : new ScannedFile(etag, size, Sha256Text.Of(hash), isBeginning);
        }
        catch (StoreException odd) when (odd.Fault == StoreFault.Unreadable)
        {
            // A folder, a pipe, a device: no run writes such.
            throw Ledger.Foreign(output, key);
        }

        void Take(ReadOnlyMemory<byte> piece)
        {
            hash.AppendData(piece.Span);
            size += piece.Length;
            for (var rest = piece.Span; isBeginning && !rest.IsEmpty;)
            {
                var wanted = buffer.AsSpan(0, Math.Min(buffer.Length, rest.Length));
                var read = content!.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false);
                isBeginning = read == wanted.Length && rest.StartsWith(wanted);
                rest = rest[wanted.Length..];
            }
        }
    }
}
