using System.Text.RegularExpressions;

namespace Pomona.Architecture.Tests;

/// <summary>Holds what docs/architecture.md draws.</summary>
public sealed partial class ArchitectureTests
{
    // Projects whose folders still form circles. Take one off as soon as it is free of them: a test below says when.
    private static readonly string[] NotYetFree = [];

    // What lies at the top of the repository; anything else needs a reason, and a line here.
    private static readonly string[] TopLevel =
    [
        "bench", "bootstrap", "cloud", "commandline", "contracts", "docs", "functions", "job", "local", "numerics", "samples", "setup", "shards",
        "standins", "statemachine", "storage", "tests", "vision",
    ];

    // Folders of tests that mirror no product folder: of the whole, or what several test projects start.
    private static readonly string[] TestsOfTheirOwn = ["architecture", "chromium", "events", "moto", "spark", "template"];

    public static TheoryData<string> Folders => [.. ProductProject.All.Select(project => project.Folder)];

    [Theory]
    [MemberData(nameof(Folders))]
    public void The_folders_of_a_project_form_no_circle(string folder)
    {
        var project = ProductProject.All.Single(project => project.Folder == folder);

        var steps = FolderCycles.In(TypeUses.In(project.Assembly), project.Name);

        if (NotYetFree.Contains(folder))
            Assert.True(steps.Count > 0, $"{folder} is free of circles now: take it off {nameof(NotYetFree)}.");
        else
            Assert.True(steps.Count == 0, $"Folders of {folder} use each other in a circle:\n{string.Join('\n', steps)}");
    }

    [Fact]
    public void Projects_refer_to_each_other_as_the_table_in_the_documentation_says_and_only_to_those_above()
    {
        var table = Table();

        Assert.Equal(
            ProductProject.All.Select(project => project.Folder).Order(StringComparer.Ordinal),
            table.Select(row => row.Folder).Order(StringComparer.Ordinal));
        for (var i = 0; i < table.Count; i++)
        {
            var (folder, references) = table[i];
            Assert.Equal(references, ProductProject.All.Single(project => project.Folder == folder).References);
            Assert.All(references, reference => Assert.Contains(reference, table.Take(i).Select(row => row.Folder)));
        }
    }

    [Fact]
    public void Contracts_and_numerics_stand_alone_and_the_local_account_knows_the_product_by_its_contracts_only()
    {
        var references = ProductProject.All.ToDictionary(project => project.Folder, project => project.References);

        Assert.Empty(references["contracts"]);
        Assert.Empty(references["numerics"]);
        Assert.All(["storage", "vision", "commandline"], folder => Assert.Equal(["contracts"], references[folder]));
        Assert.Subset(new HashSet<string> { "contracts", "storage" }, references["functions"].ToHashSet());
        Assert.DoesNotContain(references, project => project.Value.Intersect(["functions", "samples"]).Any());
        Assert.Equal(["local/Runtime"], references["local"].Except(["contracts", "commandline", "storage"]));
    }

    public static TheoryData<string, string> Orders
    {
        get
        {
            var orders = new TheoryData<string, string>();
            foreach (var cells in Rows("| folders of |"))
                orders.Add(Folder().Match(cells[0]).Groups[1].Value, cells[1]);
            return orders;
        }
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Folders_use_only_those_before_them_in_the_documentation(string folder, string order)
    {
        var project = ProductProject.All.Single(project => project.Folder == folder);
        var places = order.Split(", ")
            .Select((name, place) => (Namespace: name == "." ? project.Name : $"{project.Name}.{name.Replace('/', '.')}", place))
            .ToDictionary(pair => pair.Namespace, pair => pair.place);

        Assert.All(
            TypeUses.In(project.Assembly).Where(use => use.FromNamespace.StartsWith(project.Name, StringComparison.Ordinal)
                && use.ToNamespace.StartsWith(project.Name, StringComparison.Ordinal)),
            use =>
            {
                Assert.True(places.ContainsKey(use.FromNamespace), $"{use.FromNamespace} is not in the table.");
                Assert.True(
                    use.FromNamespace == use.ToNamespace || places[use.ToNamespace] < places[use.FromNamespace], $"{use}");
            });
    }

    [Theory]
    [InlineData("## The way of one image")]
    [InlineData("## The way of one upload")]
    public void Every_hop_of_a_way_through_the_files_is_a_file_and_comes_once(string way)
    {
        var hops = Rows("| file |", way).Select(cells => cells[0].Trim('`')).ToArray();

        Assert.True(hops.Length > 5);
        Assert.Equal(hops.Distinct(), hops);
        Assert.All(hops, hop => Assert.True(File.Exists(RepositoryRoot.File(hop)), hop));
    }

    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("docs/spark.md")]
    public void Every_file_that_a_document_names_by_its_path_is_there(string document)
        => Assert.All(
            SourceFile().Matches(File.ReadAllText(RepositoryRoot.File(document))).Select(match => match.Groups[1].Value),
            path => Assert.True(File.Exists(RepositoryRoot.File(path)), path));

    [Theory]
    [MemberData(nameof(Folders))]
    public void What_a_project_uses_of_others_it_names(string folder)
    {
        var project = ProductProject.All.Single(project => project.Folder == folder);
        var named = project.References.Select(reference => ProductProject.All.Single(other => other.Folder == reference).Name);

        Assert.Empty(TypeUses.AssembliesOf(project.Assembly)
            .Intersect(ProductProject.All.Select(other => other.Name))
            .Except(named));
    }

    [Fact]
    public void The_top_level_and_the_tests_have_no_folder_without_a_reason()
    {
        var products = TopLevel.Except(["tests"]);

        Assert.Empty(FoldersOf(".").Except(TopLevel));
        Assert.Empty(FoldersOf("tests").Except(products).Except(TestsOfTheirOwn));
    }

    private static IEnumerable<string> FoldersOf(string relative) => new DirectoryInfo(RepositoryRoot.File(relative))
        .EnumerateDirectories()
        .Select(folder => folder.Name)
        .Where(name => name[0] != '.' && name is not ("bin" or "obj" or "node_modules" or "TestResults" or "__pycache__" or "runs" or "dist"));

    /// <summary>The rows of the documentation's table that are projects: folder, and the folders that it refers to.</summary>
    private static List<(string Folder, string[] References)> Table()
        => [.. Rows("| project |")
            .Where(cells => Folder().IsMatch(cells[0]))
            .Select(cells => (Folder: Folder().Match(cells[0]).Groups[1].Value, References: References(cells[2])))
            .Where(row => row.Folder != "standins")];

    /// <summary>The cells of the rows of a table in docs/architecture.md.</summary>
    /// <param name="header">How its first line begins.</param>
    /// <param name="heading">The line after which it is looked for.</param>
    private static IEnumerable<string[]> Rows(string header, string heading = "# Architecture")
        => File.ReadLines(RepositoryRoot.File("docs/architecture.md"))
            .SkipWhile(line => line != heading)
            .SkipWhile(line => !line.StartsWith(header, StringComparison.Ordinal))
            .TakeWhile(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|', ' ').Split(" | "));

    private static string[] References(string cell)
        => [.. cell.Split(',', StringSplitOptions.TrimEntries).Where(name => name != "–").Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"\A`([a-zA-Z/]+?)/`\z")]
    private static partial Regex Folder();

    [GeneratedRegex(@"`([a-zA-Z]+/[a-zA-Z/]+\.(?:cs|md|html))`")]
    private static partial Regex SourceFile();
}
