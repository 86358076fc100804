using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Account;

public sealed class DeployedStackTests
{
    private const string Place = "region eu-west-3";

    [Fact]
    public async Task It_is_known_by_its_outputs_and_parameters()
    {
        using var played = new PlayedAws("""
            echo '{"Stacks": [{"StackName": "photos", "StackStatus": "UPDATE_COMPLETE",
              "Outputs": [{"OutputKey": "BucketName", "OutputValue": "b-1"}, {"OutputKey": "PipelineArn", "OutputValue": "arn:aws:states:eu-west-3:123456789012:stateMachine:photos-pipeline"}],
              "Parameters": [{"ParameterKey": "Components", "ParameterValue": "50"}]}]}'
            """);

        var stack = await DeployedStack.FindAsync(played.As(), "photos", Place, default);

        Assert.Equal(("b-1", "123456789012", "50"), (stack.Bucket, stack.Account, stack.Parameters["Components"]));
        Assert.Equal("arn:aws:states:eu-west-3:123456789012:execution:photos-pipeline:x", stack.ExecutionArn("x"));
        Assert.Contains("""{"StackName":"photos"}""", played.Asked[0]);
    }

    [Theory]
    [InlineData("""{"Stacks": []}""", "there is no stack 'photos'")]
    [InlineData("""{"Stacks": [{"StackName": "photos", "StackStatus": "ROLLBACK_COMPLETE"}]}""", "is ROLLBACK_COMPLETE and has not the outputs of one of Pomona's")]
    public async Task What_is_no_whole_stack_of_Pomona_s_is_named(string answer, string sentence)
    {
        using var played = new PlayedAws($"echo '{answer}'");

        var failure = await Assert.ThrowsAsync<NoStackException>(() => DeployedStack.FindAsync(played.As(), "photos", Place, default));

        Assert.Contains(sentence, failure.Message);
    }
}
