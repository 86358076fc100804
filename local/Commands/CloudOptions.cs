using System.CommandLine;
using System.Globalization;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Local.Account;

namespace Pomona.Local.Commands;

/// <summary>The options that every start of a local cloud has.</summary>
internal sealed class CloudOptions
{
    private const int DefaultPort = 4577;

    private readonly Option<int> _port = NumberOption.Whole("--port", "PORT", "The front's port on the loopback interface", DefaultPort, 1024, 65535);

    private readonly Option<double> _timeScale = NumberOption.Between(
        "--time-scale", "N", "How many times faster than on AWS everything passes that only takes time", 30, 1, 1000);

    private readonly Option<string[]> _parameters = new("--parameter")
    {
        Description = "A value for a parameter of serverless.template, such as Components=20; may be given several times",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The repository's root, as the script says it.</summary>
    public static string Root => PomonaRoot.Of(Environment.GetEnvironmentVariable);

    /// <summary>Where a local cloud keeps its state while it is up.</summary>
    public static string StateFolder => LocalCloudNote.StateFolder(Root);

    public void AddTo(Command command)
    {
        command.Options.Add(_port);
        command.Options.Add(_timeScale);
        command.Options.Add(_parameters);
    }

    /// <summary>The settings that the options say.</summary>
    /// <exception cref="LocalCloudException">A value is not allowed.</exception>
    public LocalSettings Settings(ParseResult arguments)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in arguments.GetValue(_parameters) ?? [])
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new LocalCloudException($"--parameter '{Printable.Excerpt(parameter)}' is not NAME=VALUE.", code: ExitCode.Usage);
            parameters[parameter[..equals]] = parameter[(equals + 1)..];
        }

        return new LocalSettings
        {
            Root = Root,
            StateFolder = StateFolder,
            Front = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{arguments.GetValue(_port)}/")),
            TimeScale = arguments.GetValue(_timeScale),
            StackParameters = parameters,
        };
    }

    /// <summary>The same options as words for another process.</summary>
    public IEnumerable<string> Words(ParseResult arguments)
    {
        yield return "--port";
        yield return arguments.GetValue(_port).ToString(CultureInfo.InvariantCulture);
        yield return "--time-scale";
        yield return arguments.GetValue(_timeScale).ToString(CultureInfo.InvariantCulture);
        foreach (var parameter in arguments.GetValue(_parameters) ?? [])
        {
            yield return "--parameter";
            yield return parameter;
        }
    }
}
