using System.CommandLine;
using Pomona.Contracts;
using Pomona.Samples;

namespace Pomona.Samples.Tests;

public sealed class SamplesCommandTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pomona-samples-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void It_says_what_it_drew_and_what_to_do_next()
    {
        var folder = Path.Combine(_root, "fruits");

        var (code, output, error) = Run(folder, "--count", "1", "--size", "24", "--seed", "5");

        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"Drew 10 images of 10 classes (24 × 24 pixels, seed 5) into {folder}", output, StringComparison.Ordinal);
        Assert.Contains($"./pomona run {folder}", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_something_else_is_refused_in_one_sentence()
    {
        File.WriteAllText(Path.Combine(_root, "notes.txt"), "");

        var refused = Assert.Throws<PomonaException>(() => Run(_root));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Equal($"{_root} holds notes.txt, which was not drawn by this program, or was changed since: name an empty or a new folder.", refused.Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_in_one_sentence()
    {
        var refused = Assert.Throws<PomonaException>(() => Run("/proc/none/fruits", "--count", "1"));

        Assert.Equal(ExitCode.Output, refused.Code);
        Assert.StartsWith("the samples could not be written: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--count", "100001")]
    [InlineData("--size", "15")]
    [InlineData("--size", "many")]
    [InlineData("--seed", "0.5")]
    public void A_number_out_of_range_is_refused_before_anything_is_drawn(string option, string value)
    {
        var folder = Path.Combine(_root, "fruits");

        var (code, _, error) = Run(folder, option, value);

        Assert.NotEqual(0, code);
        Assert.Contains(value, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = SamplesCommand.Create(TimeProvider.System).Parse(arguments)
            .Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }
}
