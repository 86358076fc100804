using System.Text.RegularExpressions;
using Pomona.Functions.Hosting;

namespace Pomona.Functions.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("POMONA_COMPONENTS", "0")]
    [InlineData("POMONA_COMPONENTS", "fifty")]
    [InlineData("POMONA_COMPONENTS", "1.5")]
    [InlineData("POMONA_COMPONENTS", "-1")]
    public void An_impossible_value_is_one_sentence_that_names_the_variable(string name, string value)
    {
        var settings = new Settings(asked => asked == name ? value : null);

        var thrown = Assert.Throws<InvalidOperationException>(() => settings.Defaults);

        Assert.Contains($"{name} is '{value}': use a whole number from 1 to 1280", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("team")]
    [InlineData("=photos")]
    [InlineData("team=photos,")]
    [InlineData("team=photos,team=fruit")]
    [InlineData("team=photos;drop")]
    [InlineData("aws:cloudformation:stack-name=mine")]
    [InlineData("Pomona:Stack=mine")]
    [InlineData("for-use-with-amazon-emr-managed-policies=false")]
    public void Extra_tags_that_AWS_or_the_pipeline_would_not_take_are_refused(string tags)
    {
        var settings = new Settings(asked => asked == "POMONA_EXTRA_TAGS" ? tags : null);

        Assert.Contains(
            $"POMONA_EXTRA_TAGS is '{tags}': use at most 20 tags", Assert.Throws<InvalidOperationException>(() => settings.ExtraTags).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_extra_tags_are_taken_and_not_one_more()
    {
        var tags = string.Join(',', Enumerable.Range(1, 20).Select(number => $"tag {number}=a=b"));

        Assert.Equal(20, new Settings(asked => asked == "POMONA_EXTRA_TAGS" ? tags : null).ExtraTags.Count);
        Assert.Throws<InvalidOperationException>(() => new Settings(asked => asked == "POMONA_EXTRA_TAGS" ? tags + ",more=" : null).ExtraTags);
    }

    [Theory]
    [InlineData("POMONA_ENGINE", "lambda", "use cluster, functions or auto")]
    [InlineData("POMONA_FUNCTION_MEMORY", "512", "use a whole number from 1024 to 10240")]
    [InlineData("POMONA_FUNCTIONS_AT_ONCE", "41", "use a whole number from 1 to 40")]
    public void What_is_said_of_functions_is_held_against_what_Lambda_and_Step_Functions_allow(string name, string value, string says)
    {
        var settings = new Settings(asked => asked == name ? value : null);

        var thrown = Assert.Throws<InvalidOperationException>(() => $"{settings.Engine} {settings.Functions}");

        Assert.Contains($"{name} is '{value}': {says}", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_variable_is_named()
        => Assert.Contains("POMONA_BUCKET is missing", Assert.Throws<InvalidOperationException>(
            () => new Settings(_ => null).Bucket).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Components", "POMONA_COMPONENTS")]
    [InlineData("ExifRotation", "POMONA_EXIF_ROTATION")]
    [InlineData("Decode", "POMONA_DECODE")]
    [InlineData("ShardSize", "POMONA_SHARD_SIZE")]
    [InlineData("BudgetPerRun", "POMONA_BUDGET_PER_RUN")]
    [InlineData("MaxClusterHours", "POMONA_MAX_CLUSTER_HOURS")]
    [InlineData("IdleMinutes", "POMONA_IDLE_MINUTES")]
    [InlineData("MaxVcpus", "POMONA_MAX_VCPUS")]
    [InlineData("CoreVcpus", "POMONA_CORE_VCPUS")]
    [InlineData("TargetMinutes", "POMONA_TARGET_MINUTES")]
    [InlineData("StartMinutes", "POMONA_START_MINUTES")]
    [InlineData("ImagesPerVcpuSecond", "POMONA_IMAGES_PER_VCPU_SECOND")]
    [InlineData("KeepRunsDays", "POMONA_KEEP_RUNS_DAYS")]
    [InlineData("ReleaseLabel", "POMONA_RELEASE_LABEL")]
    [InlineData("Notebooks", "POMONA_NOTEBOOKS")]
    [InlineData("Language", "POMONA_LANGUAGE")]
    [InlineData("PriceCurrency", "POMONA_PRICE_CURRENCY")]
    [InlineData("PriceDate", "POMONA_PRICE_DATE")]
    [InlineData("PriceOnDemandVcpuHour", "POMONA_PRICE_ONDEMAND_VCPU_HOUR")]
    [InlineData("PriceSpotVcpuHour", "POMONA_PRICE_SPOT_VCPU_HOUR")]
    [InlineData("PriceEmrVcpuHour", "POMONA_PRICE_EMR_VCPU_HOUR")]
    [InlineData("PriceDiskNodeHour", "POMONA_PRICE_DISK_NODE_HOUR")]
    [InlineData("PriceS3Put1000", "POMONA_PRICE_S3_PUT_1000")]
    [InlineData("PriceS3Get1000", "POMONA_PRICE_S3_GET_1000")]
    [InlineData("PriceLambdaGbSecond", "POMONA_PRICE_LAMBDA_GB_SECOND")]
    [InlineData("PriceLambdaMillionRequests", "POMONA_PRICE_LAMBDA_MILLION_REQUESTS")]
    [InlineData("PriceStateTransitions1000", "POMONA_PRICE_STATE_TRANSITIONS_1000")]
    [InlineData("Engine", "POMONA_ENGINE")]
    [InlineData("FunctionMemory", "POMONA_FUNCTION_MEMORY")]
    [InlineData("FunctionsAtOnce", "POMONA_FUNCTIONS_AT_ONCE")]
    public void The_functions_default_to_what_the_template_defaults_to(string parameter, string variable)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "serverless.template")))
            folder = folder.Parent!;
        var template = File.ReadAllText(Path.Combine(folder.FullName, "serverless.template"));
        var given = Regex.Match(template, $@"\n  {parameter}:\n(?:    .*\n)*?    Default: ""?(?<default>[^""\n]*)", RegexOptions.CultureInvariant);
        Assert.True(given.Success, $"The template has no default for {parameter}");

        Assert.Equal(Shown(new Settings(name => name == variable ? given.Groups["default"].Value : Subnets(name))), Shown(new Settings(Subnets)));

        static string? Subnets(string name) => name == "POMONA_SUBNETS" ? "subnet-1" : null;

        static string Shown(Settings s) => $"{s.Sizing} {s.Cluster with { Subnets = [] }} {s.Prices} {s.Language} {s.Defaults} {s.KeepRunsDays} {s.Functions}";
    }

    [Fact]
    public void Everything_but_names_has_a_default()
    {
        var settings = new Settings(name => name == "POMONA_SUBNETS" ? "subnet-1, subnet-2" : null);

        Assert.Equal(25, settings.Sizing.ImagesPerVcpuSecond);
        Assert.Equal(["subnet-1", "subnet-2"], settings.Cluster.Subnets);
        Assert.Null(settings.Cluster.KeyName);
        Assert.Equal("USD", settings.Prices.Currency);
    }
}
