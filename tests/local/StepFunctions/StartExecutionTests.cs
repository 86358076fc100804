using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Tests.StepFunctions;

/// <summary>What Step Functions refuses of a start, and moto does not.</summary>
public sealed class StartExecutionTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Theory]
    [InlineData("good-name_1.é", "{}", null)]
    [InlineData("two words", "{}", "InvalidName")]
    [InlineData("<fruits>", "{}", "InvalidName")]
    [InlineData("fruits/1", "{}", "InvalidName")]
    [InlineData("no-json", "dataset=fruits", "InvalidExecutionInput")]
    [InlineData("half-json", "{\"dataset\":", "InvalidExecutionInput")]
    [InlineData("any-json", "\"fruits\"", null)]
    public async Task A_name_or_an_input_that_AWS_would_refuse_is_refused(string name, string input, string? error)
    {
        var machine = await account.CallAsync("stepfunctions", "CreateStateMachine", new JsonObject
        {
            ["name"] = "starts",
            ["definition"] = """{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}""",
            ["roleArn"] = "arn:aws:iam::123456789012:role/x",
        });
        var start = new JsonObject { ["stateMachineArn"] = machine["stateMachineArn"]!.DeepClone(), ["name"] = name, ["input"] = input };

        if (error is null)
        {
            Assert.NotNull((await account.CallAsync("stepfunctions", "StartExecution", start))["executionArn"]);
        }
        else
        {
            var refused = await Assert.ThrowsAsync<AwsCallException>(() => account.CallAsync("stepfunctions", "StartExecution", start));
            Assert.Equal(error, refused.Code);
        }
    }
}
