using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Job.Runs;

/// <summary>The lines of <see cref="RunLayout.Rejected"/> as they are collected.</summary>
internal sealed class RejectedFile : IDisposable
{
    private readonly MemoryStream _lines = new();

    public ReadOnlyMemory<byte> Content => _lines.GetBuffer().AsMemory(0, (int)_lines.Length);

    public void Add(RejectedImage image)
    {
        JsonSerializer.Serialize(_lines, image, ContractJson.Readable.RejectedImage);
        _lines.WriteByte((byte)'\n');
    }

    public void Dispose() => _lines.Dispose();
}
