using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.StepFunctions;
using Pomona.Cloud.Account;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Tests.Account;

public sealed class AccountFailureTests
{
    private const string Place = "region eu-west-3";

    // As the AWS command line (1.45 and 2.31) writes them.
    [Theory]
    [InlineData("\nUnable to locate credentials. You can configure credentials by running \"aws configure\".", "there are no AWS credentials")]
    [InlineData("aws: [ERROR]: Unable to retrieve credentials: no credentials found", "there are no AWS credentials")]
    [InlineData("\nThe config profile (photos) could not be found\n", "there is no AWS profile 'photos'")]
    [InlineData("\nYou must specify a region. You can also configure your region by running \"aws configure\".", "no AWS region is set")]
    [InlineData("\nError when retrieving token from sso: Token has expired and refresh failed", "the AWS credentials have expired")]
    [InlineData("The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run aws sso login", "the AWS credentials have expired")]
    [InlineData("\nAn error occurred (ExpiredToken) when calling the DescribeStacks operation: The security token included in the request is expired", "the AWS credentials have expired")]
    [InlineData("\nAn error occurred (InvalidClientTokenId) when calling the DescribeStacks operation: The security token included in the request is invalid.", "AWS does not know these credentials")]
    [InlineData("\nAn error occurred (AccessDenied) when calling the DescribeStacks operation: User: arn:aws:iam::1:user/x is not authorized", "AWS does not let you do this")]
    [InlineData("\nAn error occurred (Throttling) when calling the DescribeStacks operation (reached max retries: 4): Rate exceeded", "AWS throttles these calls")]
    [InlineData("\nAn error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id pomona does not exist", "there is no stack 'pomona' (region eu-west-3)")]
    [InlineData("\nCould not connect to the endpoint URL: \"https://cloudformation.eu-nowhere-9.amazonaws.com/\"", "AWS does not answer (region eu-west-3): look at the region's name")]
    [InlineData("usage: aws [options]\naws: error: argument operation: Invalid choice, valid choices are:", "install a newer one")]
    [InlineData("An error occurred (Odd) when calling the DescribeStacks operation: Something\u202e else.", "AWS answered Odd: Something\\u202e else (region eu-west-3).")]
    [InlineData("Traceback\nKeyError: 'x'\n", "'aws cloudformation describe-stacks' failed: KeyError: 'x' (region eu-west-3).")]
    public void What_the_command_line_says_is_one_sentence_that_tells_what_to_do(string said, string sentence)
    {
        var failure = AccountFailure.OfProgram("cloudformation describe-stacks", said, Place);

        Assert.Equal(ExitCode.Account, failure.Code);
        Assert.Contains(sentence, failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.EndsWith(".", failure.Message);
    }

    [Theory]
    [InlineData("ExpiredTokenException", "the AWS credentials have expired")]
    [InlineData("UnrecognizedClientException", "AWS does not know these credentials")]
    [InlineData("AccessDeniedException", "AWS does not let you do this")]
    [InlineData("ThrottlingException", "AWS throttles these calls")]
    [InlineData("RequestTimeTooSkewed", "this machine's clock")]
    [InlineData("StateMachineDoesNotExist", "AWS answered StateMachineDoesNotExist")]
    public void What_an_SDK_throws_is_the_same_sentence(string code, string sentence)
    {
        var thrown = new AmazonStepFunctionsException("no", ErrorType.Sender, code, "id", HttpStatusCode.BadRequest);

        Assert.Contains(sentence, AccountFailure.Of(thrown, Place)!.Message);
    }

    [Fact]
    public void A_store_s_failure_is_told_by_what_S3_said_or_by_its_own_words()
    {
        var expired = new AmazonS3Exception("no", ErrorType.Sender, "ExpiredToken", "id", HttpStatusCode.BadRequest);

        Assert.Contains("have expired", AccountFailure.Of(new StoreException(StoreFault.Credentials, "x", expired), Place)!.Message);
        Assert.Contains("AWS does not answer", AccountFailure.Of(new StoreException(StoreFault.Unreachable, "x", new HttpRequestException("refused")), Place)!.Message);
        Assert.Equal("'a' is not there any more (region eu-west-3).", AccountFailure.Of(new StoreException(StoreFault.Missing, "'a' is not there any more"), Place)!.Message);
    }

    [Fact]
    public void What_no_account_has_said_is_left_alone()
    {
        Assert.Null(AccountFailure.Of(new InvalidOperationException("ours"), Place));
        Assert.Null(AccountFailure.Of(new PomonaException(ExitCode.Usage, "said already"), Place));
        Assert.Null(AccountFailure.Of(new OperationCanceledException(), Place));
    }
}
