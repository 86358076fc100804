using System.Text.Json;

namespace Pomona.Contracts;

/// <summary>
/// Which task of the workflow waits for a run: <see cref="RunLayout.WaitingTask"/>, there before the marker. It lies under
/// <c>work/</c>, to which readers of results need no right; FinishRun reads it there.
/// </summary>
/// <param name="TaskToken">The Step Functions token. Never logged.</param>
public sealed record WaitingTask(string TaskToken)
{
    /// <summary>A real one is about 2 KB: a token has at most 2,048 characters.</summary>
    public const int LargestFile = 16 * 1024;

    /// <summary>Reads what <see cref="ToJson"/> wrote; null when the text is something else.</summary>
    public static WaitingTask? TryParse(ReadOnlySpan<byte> json)
        => JsonText.TryRead(json, ContractJson.Readable.WaitingTask) is { TaskToken.Length: > 0 } task ? task : null;

    /// <summary>The file.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ContractJson.Readable.WaitingTask);

    /// <summary>Says nothing: the token must not come into a log by chance.</summary>
    public override string ToString() => nameof(WaitingTask);
}
