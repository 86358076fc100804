using Microsoft.Extensions.DependencyInjection;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Emr.Yarn;
using Pomona.Local.Moto;
using Pomona.Local.Tests.Emr;

namespace Pomona.Local.Tests.Emr.Yarn;

/// <summary>An account whose clusters hand their steps to a Spark on a YARN, of which a script takes the place that writes down what it is told.</summary>
public sealed class YarnAccount : EmrAccount
{
    /// <summary>What the script was told, a line for each time.</summary>
    internal string[] Told => File.Exists(TellsTo) ? File.ReadAllLines(TellsTo) : [];

    /// <summary>Where there is such a file, the script fails with its content as its words.</summary>
    internal string FailsWith => Path.Combine(Folder, "fails");

    internal YarnPlace Place => field ??= new YarnPlace(Path.Combine(Folder, "yarn.sh"), Path.Combine(Folder, "yarn.lock"), FreePort());

    private string TellsTo => Path.Combine(Folder, "told-yarn");

    internal override void Change(IServiceCollection services)
    {
        // As the real one: processes that leave its session, one of the manager and one for each node, and no word from them.
        File.WriteAllText(Place.Script, $$"""
            #!/usr/bin/env bash
            echo "$*" >> '{{TellsTo}}'
            [ "$1" = start ] || exit 0
            if [ -f '{{FailsWith}}' ]; then cat '{{FailsWith}}' >&2; fi
            mkdir -p "$2/conf" "$2/bin"
            printf '#!/bin/sh\necho "yarn of $0"\n' > "$2/bin/yarn"
            chmod +x "$2/bin/yarn"
            cp "$YARN_PROPERTIES" "$2/conf/properties"
            for node in "$@"; do
                setsid nohup sleep 300 > /dev/null 2>&1 < /dev/null &
            done
            LOCAL_DIRS="$2/node1/local" setsid env -u POMONA_LOCAL_YARN nohup sleep 300 > /dev/null 2>&1 < /dev/null &
            [ ! -f '{{FailsWith}}' ] || exit 3
            echo "127.0.1.1 RUNNING"
            """);
        Tool.Run("chmod", ["+x", Place.Script]);
        var spark = new NodeSpark("/spark home", "/worker", "/job", "/jar", Place);
        services.AddSingleton(provider => new NodeTools(provider.GetRequiredService<LocalSettings>(), provider.GetRequiredService<PythonEnvironment>())
        {
            Spark = spark,
            Processors = 2,
        });
    }

    /// <summary>The processes that hold a folder in their environment.</summary>
    internal static int[] Holders(string folder) =>
        [.. Directory.GetDirectories("/proc").Where(static entry => int.TryParse(Path.GetFileName(entry), out _)).Where(entry =>
        {
            try
            {
                return File.ReadAllText(Path.Combine(entry, "environ")).Split('\0')
                    .Any(variable => variable == $"POMONA_LOCAL_YARN={folder}" || variable.StartsWith($"LOCAL_DIRS={folder}/", StringComparison.Ordinal));
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }).Select(static entry => int.Parse(Path.GetFileName(entry), System.Globalization.CultureInfo.InvariantCulture))];
}
