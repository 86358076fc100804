using System.Text.RegularExpressions;

namespace Pomona.Setup.Tests;

/// <summary>./pomona on a laptop that has bash 3.2 and no GNU tools, as macOS.</summary>
public sealed partial class PortabilityTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();

    public static TheoryData<string> Scripts =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.File("setup"), "*.sh").Select(static file => $"setup/{Path.GetFileName(file)}").Order(), "pomona",
    ];

    public void Dispose() => _repository.Dispose();

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_has_nothing_that_bash_3_2_lacks(string script)
    {
        var text = File.ReadAllText(RepositoryRoot.File(script));

        Assert.Empty(NewerThanBash32().Matches(text).Select(static match => match.Value));
        // These two are never empty.
        Assert.Subset(new HashSet<string> { "\"${file_facts[@]}\"", "\"${folders[@]}\"" }, PerhapsEmpty().Matches(text).Select(static match => match.Value).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public void A_script_calls_nothing_that_only_GNU_or_Linux_has(string script)
    {
        var commands = string.Join('\n', File.ReadLines(RepositoryRoot.File(script)).Where(static line => !line.TrimStart().StartsWith('#')));

        Assert.Empty(GnuOnly().Matches(commands).Select(static match => match.Value));
    }

    [ShellcheckTheory]
    [MemberData(nameof(Scripts))]
    public void Shellcheck_finds_nothing(string script) => Shellcheck.AssertClean(script);

    [Fact]
    public void Without_flock_sha256sum_and_GNU_options_a_checkout_builds_once()
    {
        _repository.LeaveOnPath([.. UnixTools.Names, "dotnet"]);
        foreach (var tool in (string[])["cmp", "cp", "cut", "grep", "head", "ls", "mkdir", "mv", "rm", "sed", "sort", "tail", "tar", "tr", "wc"])
            Refuse(tool, "--*");
        Refuse("find", "-printf | -quit | -newermt | -maxdepth | -regextype");
        Refuse("readlink", "-f | -e | -m");
        Refuse("awk", "--* | -i");
        _repository.Command("stat", $$"""
            [ "$1 $2 $3" = "-L -f %N %z %Fm" ] || { echo "stat: illegal option" >&2; exit 1; }
            shift 3
            exec {{Real("stat")}} -L -c '%n %s %.9Y' "$@"
            """);
        _repository.Environment["POMONA_MODEL"] = "named.onnx";
        _repository.StandIn("Plum.Cloud");
        _repository.Reference("Plum.Cloud", "1.0.0");
        _repository.Reference("Plum.Image", "1.2.0");
        _repository.Feed.Carry("Plum.Image", "1.2.0");

        var first = _repository.Run("model").Succeeded();
        var second = _repository.Run("model").Succeeded();
        _repository.Write("job/another.cs", "System.Console.WriteLine();");
        var third = _repository.Run("model");

        Assert.Equal("Plum.Cloud stand-in\nPlum.Image 1.2.0\nran\n", first.Output);
        Assert.DoesNotContain("illegal option", first.Errors, StringComparison.Ordinal);
        Assert.Empty(second.Errors);
        Assert.Equal("the build of job/Pomona.Job.csproj failed.", third.Refusal());
    }

    /// <summary>Makes a tool refuse options, as another system's would.</summary>
    private void Refuse(string tool, string patterns) => _repository.Command(tool, $$"""
        for option in "$@"; do case "$option" in {{patterns}}) echo "{{tool}}: illegal option $option" >&2; exit 64 ;; esac; done
        exec {{Real(tool)}} "$@"
        """);

    private static string Real(string tool)
        => Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, tool)).First(File.Exists);

    // Associative and name-reference variables, mapfile, changes of case and other operators of a value, &>>, |&, ;;& and ;&, wait -n.
    [GeneratedRegex(@"\b(declare|local|typeset) -[a-zA-Z]*[AngluU]|\b(mapfile|readarray|coproc)\b|\$\{[a-zA-Z_@*]+(\^|,,?|@[A-Z])|&>>|\|&|;;?&(?!&)|wait -n|\$\{[a-zA-Z_]+: -?\d+: -|EPOCHSECONDS|printf '%\(")]
    private static partial Regex NewerThanBash32();

    // Under set -u, an empty array is an unset variable to bash 3.2, unless it is written ${a[@]+"${a[@]}"}.
    [GeneratedRegex(@"(?<!\+)""\$\{[a-z_]+\[@\]\}""")]
    private static partial Regex PerhapsEmpty();

    [GeneratedRegex(@"(?<!-)\b(flock|sha(1|256)sum|timeout|realpath|nproc|tac|mktemp --|date -d|sed -i|grep -[a-zA-Z]*P|sort -[a-zA-Z]*V|xargs -d|find [^\n]*-(printf|quit|maxdepth)|readlink -f|stat --|cp -a|head -n -|tar --)\b")]
    private static partial Regex GnuOnly();
}
