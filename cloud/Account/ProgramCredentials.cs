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
        var found = JsonText.TryReadObject(said); // never quoted: it holds a secret
        if (found.At("AccessKeyId").AsText() is not { Length: > 0 } key || found.At("SecretAccessKey").AsText() is not { Length: > 0 } secret)
            throw new PomonaException(ExitCode.Account, "'aws configure export-credentials' gave no credentials: 'aws sts get-caller-identity' says why.");
        // What never expires is asked for again tomorrow.
        var expires = DateTimeOffset.TryParse(found.At("Expiration").AsText(), System.Globalization.CultureInfo.InvariantCulture, out var until)
            ? until.UtcDateTime
            : TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(1);
        return new CredentialsRefreshState(new ImmutableCredentials(key, secret, found.At("SessionToken").AsText()), expires);
    }
}
