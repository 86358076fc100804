using System.Collections.Frozen;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Account;

/// <summary>What an account says no with, as one sentence that tells what to do, whoever asked: an SDK, the AWS command line, a store.</summary>
internal static partial class AccountFailure
{
    private static readonly FrozenSet<string> Expired = Codes(
        "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired", "UnauthorizedSSOTokenError");

    private static readonly FrozenSet<string> Unknown = Codes(
        "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken", "SignatureDoesNotMatch",
        "InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "AuthFailure");

    private static readonly FrozenSet<string> Clock = Codes("RequestTimeTooSkewed", "RequestInTheFuture");

    private static readonly FrozenSet<string> Denied = Codes(
        "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "NotAuthorized", "Forbidden", "403");

    private static readonly FrozenSet<string> Throttled = Codes(
        "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException", "RequestLimitExceeded",
        "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded", "PriorRequestNotComplete", "ProvisionedThroughputExceededException");

    /// <summary>The sentence for what a call threw; null for what no account has said.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="place">Where the account is: <c>region eu-west-3</c>.</param>
    public static PomonaException? Of(Exception error, string place) => error switch
    {
        PomonaException => null,
        StoreException { InnerException: AmazonServiceException service } store when Sentence(service.ErrorCode, place) is { } sentence =>
            new PomonaException(ExitCode.Account, sentence, store),
        StoreException { Fault: StoreFault.Unreachable, InnerException: not AmazonServiceException } store => Unreachable(place, store),
        StoreException store => new PomonaException(ExitCode.Account, $"{store.Message} ({place}).", store),
        AmazonServiceException { ErrorCode: { Length: > 0 } code } service => OfAnswer(code, service.Message, place, service),
        AmazonServiceException or HttpRequestException => Unreachable(place, error),
        AmazonClientException client when client.Message.Contains("redentials", StringComparison.Ordinal) => new PomonaException(ExitCode.Account, NoCredentials, client),
        AmazonClientException client => new PomonaException(ExitCode.Account, $"{Printable.Excerpt(client.Message, 300).TrimEnd('.')} ({place}).", client),
        _ => null,
    };

    /// <summary>The sentence for how the AWS command line ended.</summary>
    /// <param name="asked">What it was asked: <c>cloudformation describe-stacks</c>.</param>
    /// <param name="said">Its standard error.</param>
    /// <param name="place">Where the account is.</param>
    public static PomonaException OfProgram(string asked, string said, string place)
    {
        if (Answer().Match(said) is { Success: true } answer)
            return OfAnswer(answer.Groups["code"].Value, answer.Groups["message"].Value, place, null);

        var sentence = said switch
        {
            _ when Says("Unable to locate credentials", "no credentials found", "Partial credentials found") => NoCredentials,
            _ when ProfileMissing().Match(said) is { Success: true } profile =>
                $"there is no AWS profile '{Printable.Excerpt(profile.Groups[1].Value, 80)}': 'aws configure list-profiles' names those that there are.",
            _ when Says("You must specify a region", "NoRegion") => NoRegion,
            _ when Says("has expired", "token has expired", "Token has expired", "Error loading SSO Token", "sso login") => ExpiredSentence,
            _ when Says("Could not connect to the endpoint", "Connection was closed", "Connect timeout", "Read timeout", "Name or service not known", "Invalid endpoint") =>
                UnreachableSentence(place),
            _ when Says("Invalid choice", "Unknown options", "the following arguments are required") =>
                $"this AWS command line does not know what 'aws {asked}' was asked: install a newer one (https://aws.amazon.com/cli/).",
            _ => $"'aws {asked}' failed: {LastLine(said)} ({place}).",
        };
        return new PomonaException(ExitCode.Account, sentence);

        bool Says(params string[] words) => words.Any(word => said.Contains(word, StringComparison.Ordinal));
    }

    public const string NoRegion = "no AWS region is set: give --region, or 'export AWS_REGION=eu-west-3'.";

    private const string NoCredentials =
        "there are no AWS credentials: sign in with 'aws configure sso' (or 'aws configure'), or name a profile with --profile.";

    private const string ExpiredSentence =
        "the AWS credentials have expired: sign in again ('aws sso login', or new access keys), then run the same command again.";

    private static PomonaException OfAnswer(string code, string message, string place, Exception? cause) => Sentence(code, place) switch
    {
        { } sentence => new PomonaException(ExitCode.Account, sentence, cause),
        null when StackMissing().Match(message) is { Success: true } missing => new NoStackException(
            $"there is no stack '{Printable.Excerpt(missing.Groups[1].Value, 128)}' ({place}): --stack, --region and --profile say where it is.", cause),
        null => new PomonaException(ExitCode.Account, $"AWS answered {Printable.Excerpt(code, 80)}: {Printable.Excerpt(message, 300).TrimEnd('.')} ({place}).", cause),
    };

    private static string? Sentence(string? code, string place) => code switch
    {
        null => null,
        _ when Expired.Contains(code) => ExpiredSentence,
        _ when Unknown.Contains(code) => $"AWS does not know these credentials ({code}, {place}): look at them with 'aws sts get-caller-identity'.",
        _ when Clock.Contains(code) => $"AWS finds this machine's clock wrong ({code}): set it, then run the same command again.",
        _ when Denied.Contains(code) => $"AWS does not let you do this ({code}, {place}): docs/cloud.md names the policy that these commands need.",
        _ when Throttled.Contains(code) => $"AWS throttles these calls, also after several tries ({code}, {place}): wait a minute, then run the same command again.",
        _ => null,
    };

    private static PomonaException Unreachable(string place, Exception cause) => new(ExitCode.Account, UnreachableSentence(place), cause);

    private static string UnreachableSentence(string place) =>
        $"AWS does not answer ({place}): look at the region's name and the network, then run the same command again.";

    private static string LastLine(string said) => said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [.., var last]
        ? Printable.Excerpt(last, 300).TrimEnd('.')
        : "it says nothing";

    private static FrozenSet<string> Codes(params string[] codes) => codes.ToFrozenSet(StringComparer.Ordinal);

    [GeneratedRegex(@"An error occurred \((?<code>[^)]+)\) when calling the \w+ operation(?: \([^)]*\))?: (?<message>.*)", RegexOptions.CultureInvariant)]
    private static partial Regex Answer();

    [GeneratedRegex(@"The config profile \((.*?)\) could not be found", RegexOptions.CultureInvariant)]
    private static partial Regex ProfileMissing();

    [GeneratedRegex(@"Stack (?:with id |')?([A-Za-z0-9:/-]+)'? does not exist", RegexOptions.CultureInvariant)]
    private static partial Regex StackMissing();
}
