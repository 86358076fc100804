using System.Text.Json.Nodes;
using Amazon.Runtime;
using Pomona.Contracts;

namespace Pomona.Cloud.Account;

/// <summary>
/// Credentials as the AWS command line comes by them: from a profile, a sign-on, a role, a process. Asked for again before they expire.
/// </summary>
/// <param name="aws">The command line.</param>
/// <remarks>https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html</remarks>
internal sealed class ProgramCredentials(AwsProgram aws) : RefreshingAWSCredentials
{
    protected override CredentialsRefreshState GenerateNewCredentials() =>
        GenerateNewCredentialsAsync().GetAwaiter().GetResult();

    protected override async Task<CredentialsRefreshState> GenerateNewCredentialsAsync()
    {
        var said = await aws.RunAsync(["configure", "export-credentials", "--format", "process"], CancellationToken.None).ConfigureAwait(false);
        var found = Parse(said);
        if ((string?)found?["AccessKeyId"] is not { Length: > 0 } key || (string?)found["SecretAccessKey"] is not { Length: > 0 } secret)
            throw new PomonaException(ExitCode.Account, "'aws configure export-credentials' gave no credentials: 'aws sts get-caller-identity' says why.");
        // What never expires is asked for again tomorrow.
        var expires = DateTimeOffset.TryParse((string?)found["Expiration"], System.Globalization.CultureInfo.InvariantCulture, out var until)
            ? until.UtcDateTime
            : TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1);
        return new CredentialsRefreshState(new ImmutableCredentials(key, secret, (string?)found["SessionToken"]), expires);
    }

    // Never quoted: it holds a secret.
    private static JsonNode? Parse(string said)
    {
        try
        {
            return JsonNode.Parse(said);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
