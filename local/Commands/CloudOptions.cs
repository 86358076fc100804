using System.CommandLine;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Local.Account;

namespace Pomona.Local.Commands;

/// <summary>The options that every start of a local cloud has.</summary>
internal sealed class CloudOptions
{
    private const int DefaultPort = 4577;

    private readonly Option<int> _port = new("--port")
    {
        Description = "The front's port on the loopback interface",
        HelpName = "PORT",
        DefaultValueFactory = _ => DefaultPort,
    };

    private readonly Option<double> _timeScale = new("--time-scale")
    {
        Description = "How many times faster than on AWS everything passes that only takes time",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string[]> _parameters = new("--parameter")
    {
        Description = "A value for a parameter of serverless.template, such as Components=20; may be given several times",
        HelpName = "NAME=VALUE",
        DefaultValueFactory = _ => [],
    };

    /// <summary>The repository's root, as the script says it.</summary>
    public static string Root => Environment.GetEnvironmentVariable("POMONA_ROOT")
        ?? throw new LocalCloudException("POMONA_ROOT is not set: start this program with ./pomona.");

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
        var port = arguments.GetValue(_port);
        var scale = arguments.GetValue(_timeScale);
        if (port is < 1024 or > 65535)
            throw new LocalCloudException($"--port {port} is not a port from 1024 to 65535.");
        if (scale is not (>= 1 and <= 1000))
            throw new LocalCloudException("--time-scale is a number from 1 to 1000.");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var parameter in arguments.GetValue(_parameters) ?? [])
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new LocalCloudException($"--parameter '{Printable.Excerpt(parameter)}' is not NAME=VALUE.");
            parameters[parameter[..equals]] = parameter[(equals + 1)..];
        }

        return new LocalSettings
        {
            Root = Root,
            StateFolder = StateFolder,
            Front = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/")),
            TimeScale = scale,
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
