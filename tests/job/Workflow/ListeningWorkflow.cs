using Amazon;
using Amazon.Runtime;
using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;

namespace Pomona.Job.Tests.Workflow;

/// <summary>A client whose workflow counts heartbeats and answers what the test says.</summary>
internal sealed class ListeningWorkflow(Func<int, Exception?> answer)
    : AmazonStepFunctionsClient(new BasicAWSCredentials("key", "secret"), RegionEndpoint.EUWest1)
{
    private readonly SemaphoreSlim _heard = new(0);
    private int _beats;

    /// <summary>Heartbeats so far.</summary>
    public int Beats => Volatile.Read(ref _beats);

    /// <summary>The token of the last one.</summary>
    public string? Token { get; private set; }

    /// <summary>Waits for the next heartbeat.</summary>
    public async Task HeardAsync() => Assert.True(await _heard.WaitAsync(TimeSpan.FromMinutes(1)), "no heartbeat came");

    public override Task<SendTaskHeartbeatResponse> SendTaskHeartbeatAsync(
        SendTaskHeartbeatRequest request, CancellationToken cancellationToken = default)
    {
        Token = request.TaskToken;
        var beat = Interlocked.Increment(ref _beats);
        _heard.Release();
        return answer(beat) is { } failure
            ? Task.FromException<SendTaskHeartbeatResponse>(failure)
            : Task.FromResult(new SendTaskHeartbeatResponse());
    }
}
