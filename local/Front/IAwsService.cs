namespace Pomona.Local.Front;

/// <summary>A service whose calls the front answers, observes or changes; all others go to moto as they are.</summary>
internal interface IAwsService
{
    /// <summary>What a request may hold where a service says nothing: an SQS message of 1 MiB as JSON, with room to spare.</summary>
    const long UsualBody = 2 << 20;

    /// <summary>The service's signing name: <c>lambda</c>.</summary>
    string Name { get; }

    /// <summary>What <c>X-Amz-Target</c> begins with, by which an unsigned request is known; null where there is none.</summary>
    string? Target => null;

    /// <summary>
    /// Whether plain addresses are its own: requests without a signature, and signed addresses that a person opens in a
    /// browser. True of one service.
    /// </summary>
    bool HasPlainAddresses => false;

    /// <summary>Whether bodies stream through: the call then comes without its body, which is still to be read.</summary>
    bool Streams => false;

    /// <summary>The operation, where method and address tell it; null where the target, or a form in the body, does.</summary>
    string? OperationOf(HttpRequest request) => null;

    /// <summary>The largest body, in bytes.</summary>
    /// <param name="operation">The operation; null while only the body can tell it.</param>
    long LargestBody(string? operation) => UsualBody;

    /// <summary>Answers the call, by itself or by forwarding it.</summary>
    /// <exception cref="AwsFailure">What the caller gets as an error.</exception>
    Task AnswerAsync(AwsCall call, CancellationToken cancellation);
}
