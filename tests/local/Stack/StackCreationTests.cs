using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Sns;
using Pomona.Local.Stack;

namespace Pomona.Local.Tests.Stack;

public sealed class StackCreationTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Theory]
    [InlineData("""{"A":{"Type":"AWS::DynamoDB::Table"}}""", "A is of the type AWS::DynamoDB::Table")]
    [InlineData("""{"B":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"b","FifoTopic":true}}}""", "B (AWS::SNS::Topic) has FifoTopic")]
    [InlineData("""{"C":{"Type":"AWS::SNS::Topic","Properties":{"Subscription":[{"Protocol":"email","Endpoint":"a@b.c","Colour":"x"}]}}}""", "C (AWS::SNS::Topic).Subscription[0] has Colour")]
    [InlineData("""{"D":{"Type":"AWS::SNS::Topic","CreationPolicy":{}}}""", "D has CreationPolicy")]
    [InlineData("""{"E":{"Type":"AWS::SNS::Topic","DependsOn":"F"},"F":{"Type":"AWS::SNS::Topic","DependsOn":"E"}}""", "circle")]
    [InlineData("""{"G":{"Type":"AWS::Lambda::Function","Properties":{"Handler":"a::b::c","Code":{"S3Bucket":"x","S3Key":"nowhere"}}}}""", "does not exist")]
    public async Task What_the_local_cloud_does_not_know_fails_loudly(string resources, string sentence)
    {
        var fault = await Assert.ThrowsAsync<LocalCloudException>(() => CreateAsync(resources));

        Assert.Contains(sentence, fault.Message);
    }

    [Fact]
    public async Task Resources_come_after_those_they_refer_to_outputs_name_them_and_mails_are_kept()
    {
        var stack = await CreateAsync(
            """{"Mine":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":{"Ref":"Theirs"},"Protocol":"email","Endpoint":"you@example.com"}},"Theirs":{"Type":"AWS::SNS::Topic"}}""",
            """{"Where":{"Value":{"Fn::Sub":"at ${Theirs.TopicArn}"}}}""");
        await account.CallAsync("sns", "Publish", new JsonObject { ["TopicArn"] = stack.Resources["Theirs"], ["Subject"] = "Zum Beispiel", ["Message"] = "Grüße" });
        // As on AWS, the answer does not wait for the mails.
        var letter = await Eventually.FoundAsync(
            () => Task.FromResult(account.Part<Mailbox>().Letters is [var only] ? only : null), "the mail");

        Assert.Equal($"at {stack.Resources["Theirs"]}", stack.Outputs["Where"]);
        Assert.Equal(("you@example.com", "Zum Beispiel"), (letter.To, letter.Subject));
        Assert.StartsWith("Grüße\n", letter.Body);
        Assert.EndsWith("001-zum-beispiel.eml", letter.File);
        var file = await File.ReadAllTextAsync(letter.File);
        Assert.Contains("To: you@example.com", file);
        Assert.Contains("Subject: Zum Beispiel", file);
    }

    [Theory]
    [InlineData("Grüße")]
    [InlineData("one\ntwo")]
    public async Task A_subject_that_no_mail_can_have_is_refused_as_sns_refuses_it(string subject)
    {
        var topic = (string)(await account.CallAsync("sns", "CreateTopic", new JsonObject { ["Name"] = "subjects" }))["TopicArn"]!;
        var fault = await Assert.ThrowsAsync<AwsCallException>(() => account.CallAsync(
            "sns", "Publish", new JsonObject { ["TopicArn"] = topic, ["Subject"] = subject, ["Message"] = "x" }));

        Assert.Equal("InvalidParameter", fault.Code);
    }

    [Fact]
    public async Task A_role_keeps_its_boundary()
    {
        await CreateAsync(
            """{"Bound":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"bound","PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}}}""");

        var role = await account.CallAsync("iam", "GetRole", new JsonObject { ["RoleName"] = "bound" });

        Assert.Equal("arn:aws:iam::aws:policy/ReadOnlyAccess", (string?)role["Role"]!["PermissionsBoundary"]!["PermissionsBoundaryArn"]);
    }

    private Task<CreatedStack> CreateAsync(string resources, string outputs = "{}") => account.Part<StackCreation>().CreateAsync(
        Template.Parse(new JsonObject { ["Resources"] = JsonNode.Parse(resources), ["Outputs"] = JsonNode.Parse(outputs) }, "/"),
        "test", new Dictionary<string, string>(), _ => { }, CancellationToken.None);
}
