namespace Pomona.Local.Tests.Page;

public sealed class PageMarkupTests
{
    [NuHtmlFact]
    public void The_Nu_HTML_checker_finds_no_error_in_the_page()
        => Assert.Equal("", NuHtmlChecker.ErrorsIn(RepositoryRoot.File("local/Page/index.html")));
}
