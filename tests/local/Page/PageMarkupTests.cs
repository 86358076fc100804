namespace Pomona.Local.Tests.Page;

public sealed class PageMarkupTests
{
    /// <summary>Names of data sets, clusters and mails are text, whatever they hold.</summary>
    [Theory]
    [InlineData("page.js")]
    [InlineData("diagram.js")]
    [InlineData("index.html")]
    public void Nothing_of_the_page_makes_markup_of_what_it_is_told(string file)
    {
        var text = File.ReadAllText(RepositoryRoot.File($"local/Page/{file}"));

        Assert.NotEmpty(text);
        Assert.All(
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "createContextualFragment", "eval(", "new Function", "javascript:"],
            way => Assert.DoesNotContain(way, text, StringComparison.Ordinal));
    }

    [NuHtmlFact]
    public void The_Nu_HTML_checker_finds_no_error_in_the_page()
        => Assert.Equal("", NuHtmlChecker.ErrorsIn(RepositoryRoot.File("local/Page/index.html")));
}
