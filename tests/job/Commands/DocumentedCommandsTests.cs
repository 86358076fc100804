using System.CommandLine;
using System.Text.RegularExpressions;
using Pomona.Samples;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Commands;

public sealed partial class DocumentedCommandsTests
{
    /// <summary>Document and line.</summary>
    public static TheoryData<string> Lines => new(
        Directory.EnumerateFiles(RepositoryRoot.File("docs"), "*.md").Append(RepositoryRoot.File("README.md"))
            .SelectMany(file => Command().Matches(File.ReadAllText(file)).Select(
                match => $"{Path.GetRelativePath(RepositoryRoot.Path, file)}: {match.Groups[1].Value.Trim()}")));

    [Theory]
    [MemberData(nameof(Lines))]
    public void What_a_document_tells_people_to_type_is_accepted(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Where(word => !word.StartsWith('['));

        var commands = Program.Root(TimeProvider.System, new ModelCatalogOptions());
        commands.Add(SamplesCommand.Create(TimeProvider.System));
        Assert.Empty(commands.Parse([.. words]).Errors);
    }

    [Fact]
    public void There_are_such_lines() => Assert.True(Lines.Count > 8);

    /// <summary>A command of the job's, up to the end of the line, of the code, or of the shell's word for it.</summary>
    [GeneratedRegex(@"\./pomona ((?:run|apply|samples|model)(?: [^`\n#|&]*)?)[`\n#|&]")]
    private static partial Regex Command();
}
