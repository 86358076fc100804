using System.CommandLine;
using System.Text.RegularExpressions;
using Pomona.Contracts;

namespace Pomona.Cloud.Account;

/// <summary>The options that every command has: which account, which stack in it, and in which form the answer comes.</summary>
internal sealed partial class AccountOptions
{
    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "The AWS profile; AWS_PROFILE, or what else AWS's tools find, when absent",
        HelpName = "NAME",
        Recursive = true,
    };

    private readonly Option<string?> _region = new("--region")
    {
        Description = "The AWS region; AWS_REGION, AWS_DEFAULT_REGION or the profile's when absent",
        HelpName = "REGION",
        Recursive = true,
    };

    private readonly Option<string> _stack = new("--stack")
    {
        Description = "The stack's name",
        HelpName = "NAME",
        DefaultValueFactory = _ => "pomona",
        Recursive = true,
    };

    private readonly Option<bool> _local = new("--local")
    {
        Description = "The local cloud that is up (./pomona local up) in place of an account",
        Recursive = true,
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description = "The answer as JSON on standard output, and nothing else there",
        Recursive = true,
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_profile, _region, _stack, _local, _json])
            command.Options.Add(option);
    }

    /// <summary>What the person typed.</summary>
    /// <exception cref="PomonaException">It is not allowed.</exception>
    public AccountChoice Choice(ParseResult arguments)
    {
        var (profile, region, stack) = (arguments.GetValue(_profile), arguments.GetValue(_region), arguments.GetValue(_stack)!);
        var local = arguments.GetValue(_local);
        if (local && (profile ?? region) is not null)
            throw new PomonaException(ExitCode.Usage, "--local is the local cloud, which has neither --profile nor --region: leave them out.");
        if (profile is not null && (profile.Length == 0 || profile.Any(char.IsControl)))
            throw new PomonaException(ExitCode.Usage, $"--profile '{Printable.Excerpt(profile)}' is no profile's name.");
        if (region is not null && !RegionName().IsMatch(region))
            throw new PomonaException(ExitCode.Usage, $"--region '{Printable.Excerpt(region)}' is no region's name: write one such as eu-west-3.");
        if (!StackName().IsMatch(stack))
            throw new PomonaException(ExitCode.Usage, $"--stack '{Printable.Excerpt(stack)}' is no stack's name: letters, digits and '-', beginning with a letter, at most 128.");
        return new AccountChoice(profile, region, stack, local);
    }

    /// <summary>Whether the answer is to be JSON.</summary>
    public bool IsJson(ParseResult arguments) => arguments.GetValue(_json);

    [GeneratedRegex(@"\A[a-z]{2,}(-[a-z0-9]+)+\z", RegexOptions.CultureInvariant)]
    private static partial Regex RegionName();

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex StackName();
}

/// <summary>Which account, and which stack in it.</summary>
/// <param name="Profile">The profile; null for what AWS's tools find.</param>
/// <param name="Region">The region; null likewise.</param>
/// <param name="Stack">The stack's name.</param>
/// <param name="IsLocal">The local cloud that is up.</param>
internal sealed record AccountChoice(string? Profile, string? Region, string Stack, bool IsLocal);
