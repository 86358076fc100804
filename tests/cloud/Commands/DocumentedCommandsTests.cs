using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace Pomona.Cloud.Tests.Commands;

public sealed partial class DocumentedCommandsTests
{
    /// <summary>Document and line.</summary>
    public static TheoryData<string> Lines => new(All);

    private static IEnumerable<string> All =>
        Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*.md").Append(RepositoryRoot.File("README.md"))
            .SelectMany(file => Command().Matches(File.ReadAllText(file)).Select(
                match => $"{Path.GetRelativePath(RepositoryRoot.Path, file)}: {match.Groups[1].Value.Trim()}"));

    [Theory]
    [MemberData(nameof(Lines))]
    public void What_a_document_tells_people_to_type_is_accepted(string line)
    {
        var words = CommandLineParser.SplitCommandLine(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..])
            .Where(static word => !word.StartsWith('['));

        Assert.Empty(Program.Root(TimeProvider.System).Parse([.. words]).Errors);
    }

    [Fact]
    public void There_are_such_lines_and_every_command_of_the_stack_s_is_one_of_them() =>
        Assert.All(["check", "deploy", "smoke", "undeploy", "plan", "upload"], static command => Assert.Contains(All, line => Regex.IsMatch(line, $": cloud {command}( |$)")));

    /// <summary>A command of <c>./pomona cloud</c>, up to the end of the line, of the code, or of the shell's word for it.</summary>
    [GeneratedRegex(@"\./pomona (cloud [a-z]+(?: [^`\n#|&]*)?)[`\n#|&]")]
    private static partial Regex Command();
}
