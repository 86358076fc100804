using System.CommandLine;
using System.Text.RegularExpressions;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Deployment;

/// <summary>What is to be deployed: parameters of <c>serverless.template</c> by their names. Where a stack is there already, its own stay.</summary>
/// <param name="Parameters">What a person gave.</param>
internal sealed partial record DeploymentRequest(IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The option of the check for each parameter that it looks at.</summary>
    private static readonly (string Parameter, string Option)[] Checked =
    [
        ("Subnets", "--subnets"), ("MailAddress", "--mail"), ("KeyPairName", "--key"), ("MaxVcpus", "--vcpus"), ("ReleaseLabel", "--release"),
        ("ExistingBucket", "--bucket"), ("KmsKey", "--kms-key"),
    ];

    /// <summary>The same, with the values of the stack that is there under what a person gave.</summary>
    public DeploymentRequest Over(DeployedStack? stack)
    {
        var all = new Dictionary<string, string>(stack?.Parameters ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        foreach (var (name, value) in Parameters)
            all[name] = value;
        return new DeploymentRequest(all);
    }

    /// <summary>The words of the check for this.</summary>
    public IEnumerable<string> CheckWords() => Checked
        .Where(pair => Parameters.GetValueOrDefault(pair.Parameter) is { Length: > 0 })
        .SelectMany(pair => (string[])[pair.Option, Parameters[pair.Parameter]]);

    /// <summary>A parameter as a person writes it, <c>Name=value</c>.</summary>
    /// <exception cref="PomonaException">It has another form, or a value that no tool would take as it is.</exception>
    public static (string Name, string Value) Parse(string text)
    {
        if (!Form().IsMatch(text))
        {
            throw new PomonaException(
                ExitCode.Usage, $"--parameter '{Printable.Excerpt(text)}' is not Name=value with a parameter of serverless.template and a value without quotes: write one such as MaxVcpus=32.");
        }

        var at = text.IndexOf('=', StringComparison.Ordinal);
        return (text[..at], text[(at + 1)..]);
    }

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{0,63}=[^""'\\\p{C}]{0,1024}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>The options that say what is to be deployed.</summary>
internal sealed class DeploymentOptions
{
    private readonly (Option<string?> Option, string Parameter)[] _named =
    [
        (Named("--subnets", "A,B", "Subnets for the clusters, of one VPC"), "Subnets"),
        (Named("--mail", "ADDRESS", "Where mails go"), "MailAddress"),
        (Named("--key", "NAME", "An EC2 key pair, for ssh"), "KeyPairName"),
        (Named("--vcpus", "N", "The most vCPUs of a run's core and task nodes"), "MaxVcpus"),
        (Named("--release", "LABEL", "The EMR release"), "ReleaseLabel"),
        (Named("--bucket", "NAME", "A bucket that is there already, for the stack to use"), "ExistingBucket"),
        (Named("--kms-key", "ARN", "A KMS key for bucket, topics and logs"), "KmsKey"),
    ];

    private readonly Option<string[]> _parameters = new("--parameter")
    {
        Description = "Any other parameter of serverless.template; may be given several times",
        HelpName = "NAME=VALUE",
    };

    public void AddTo(Command command)
    {
        foreach (var (option, _) in _named)
            command.Options.Add(option);
        command.Options.Add(_parameters);
    }

    /// <summary>What the person typed.</summary>
    /// <exception cref="PomonaException">A parameter that none could be.</exception>
    public DeploymentRequest Request(ParseResult arguments) => new(_named
        .Select(pair => (Name: pair.Parameter, Value: arguments.GetValue(pair.Option)))
        .Where(pair => pair.Value is not null)
        .Select(pair => DeploymentRequest.Parse($"{pair.Name}={pair.Value}"))
        .Concat((arguments.GetValue(_parameters) ?? []).Select(DeploymentRequest.Parse))
        .GroupBy(pair => pair.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal));

    private static Option<string?> Named(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
