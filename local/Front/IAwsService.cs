namespace Pomona.Local.Front;

/// <summary>A service whose calls the front answers, observes or changes; all others go to moto as they are.</summary>
internal interface IAwsService
{
    /// <summary>The service's signing name: <c>lambda</c>.</summary>
    string Name { get; }

    /// <summary>Answers the call, by itself or by forwarding it.</summary>
    /// <exception cref="AwsFailure">What the caller gets as an error.</exception>
    Task AnswerAsync(AwsCall call, CancellationToken cancellation);
}
