namespace Pomona.Local.Lambda;

/// <summary>A function as the template describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arn">Its ARN.</param>
/// <param name="Handler"><c>Assembly::Namespace.Type::Method</c>.</param>
/// <param name="CodeFolder">The folder with its assembly and everything that it needs.</param>
/// <param name="MemoryMegabytes">How much memory it may use before it is killed.</param>
/// <param name="Timeout">How long one invocation may take.</param>
/// <param name="Environment">Its own environment variables.</param>
/// <param name="DeadLetterArn">The queue or topic that gets events which it failed to handle; null for none.</param>
/// <param name="FailureDestinationArn">
/// The queue or topic that is told of such events, with what happened to them; null for none.
/// </param>
/// <param name="Retries">How often an asynchronous invocation is tried again after a function error, 0 to 2.</param>
/// <param name="MaximumEventAge">How old an asynchronous event may become before it is given up.</param>
/// <param name="DiskMegabytes">How much each of its instances may have in its temporary folder.</param>
internal sealed record FunctionDefinition(
    string Name,
    string Arn,
    string Handler,
    string CodeFolder,
    int MemoryMegabytes,
    TimeSpan Timeout,
    IReadOnlyDictionary<string, string> Environment,
    string? DeadLetterArn = null,
    string? FailureDestinationArn = null,
    int Retries = 2,
    TimeSpan? MaximumEventAge = null,
    int DiskMegabytes = 512)
{
    /// <summary>How long AWS keeps trying when nothing else is said.</summary>
    public static readonly TimeSpan LongestEventAge = TimeSpan.FromHours(6);
}
