using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Mails;

public sealed class RunMailTests
{
    private readonly Stack _stack = new();

    [Theory]
    [InlineData("en", RunEngine.Cluster)]
    [InlineData("fr", RunEngine.Cluster)]
    [InlineData("en", RunEngine.Functions)]
    [InlineData("fr", RunEngine.Functions)]
    public async Task Whatever_is_missing_every_mail_can_be_written(string language, string engine)
    {
        _stack["POMONA_LANGUAGE"] = language;
        _stack["POMONA_ENGINE"] = engine;
        foreach (var kind in Enum.GetValues<MailKind>())
        {
            var full = await FullAsync(kind);
            for (var mask = 0; mask < 64; mask++)
            {
                var request = full with
                {
                    Open = (mask & 1) != 0 ? full.Open : null,
                    Plan = (mask & 2) != 0 ? full.Plan : null,
                    ClusterId = (mask & 4) != 0 ? full.ClusterId : null,
                    ClusterCreatedAt = (mask & 8) != 0 ? full.ClusterCreatedAt : null,
                    Summary = (mask & 16) != 0 ? Stack.Summary : null,
                    Error = (mask & 32) != 0 ? new WorkflowError("States.Timeout", null) : null,
                };

                var mail = await _stack.ComposeMail.HandleAsync(request, new PlayedCall());

                Assert.InRange(mail.Subject.Length, 1, 100);
                Assert.All(mail.Subject, c => Assert.InRange(c, ' ', '~'));
                Assert.NotEmpty(mail.Message);
            }
        }
    }

    [Theory]
    [InlineData("en", "Images: 67,690 in 131 classes, 2 rejected", "explain 71.9 %", "14 min, about 0.20 USD", "Report: https://eu-west-3.console.aws.amazon.com/s3/object/pomona-test?region=eu-west-3&prefix=runs/fruits/20261121T130455Z-3f9a2c1b/report.html")]
    [InlineData("fr", "Images : 67\u00A0690 en 131 classes, 2 rejetées", "expliquent 71,9 %", "14 min, environ 0,20 USD", "Rapport : https://eu-west-3.console.aws.amazon.com/s3/object/pomona-test?region=eu-west-3&prefix=runs/fruits/20261121T130455Z-3f9a2c1b/report.html")]
    public async Task The_finished_mail_tells_counts_variance_duration_cost_and_where_the_report_is(string language, params string[] says)
    {
        _stack["POMONA_LANGUAGE"] = language;

        var mail = (await HandlerCall.InvokeAsync(_stack.ComposeMail, HandlerCall.Event("compose-mail.finished")))!.Value.GetProperty("message").GetString();

        Assert.All(says, part => Assert.Contains(part, mail, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en", "1280 per image\n", "therefore no ONNX files, because nothing varies between the 997 images.", "mixes 1 image in no folder with 2", @"The classes 'cafe\u0301', 'caf\u00e9' look the same", "'Kiwi', 'kiwi' differ in case alone", "1 more groups")]
    [InlineData("fr", "1280 par image\n", "donc pas de fichiers ONNX, car rien ne varie entre les 997 images.", "mêle 1 image hors de tout dossier et 2", @"Les classes 'cafe\u0301', 'caf\u00e9' se ressemblent", "'Kiwi', 'kiwi' ne diffèrent que par la casse", "de tels noms : 1.")]
    public async Task The_finished_mail_tells_what_is_doubtful_about_the_classes_and_why_there_are_no_components(string language, params string[] says)
    {
        _stack["POMONA_LANGUAGE"] = language;
        var summary = Stack.Summary with { Components = 0, Doubts = new ClassDoubts(1, 2, [["cafe\u0301", "caf\u00e9"], ["Kiwi", "kiwi"]], 3) };

        var mail = await _stack.ComposeMail.HandleAsync(await FullAsync(MailKind.Finished) with { Summary = summary }, new PlayedCall());

        var plain = mail.Message.Replace('\u00A0', ' ').Replace("1,280", "1280", StringComparison.Ordinal).Replace("1 280", "1280", StringComparison.Ordinal);
        Assert.All(says, part => Assert.Contains(part, plain, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task A_summary_that_a_stranger_wrote_writes_no_lines_of_its_own_into_the_mail(string language)
    {
        _stack["POMONA_LANGUAGE"] = language;
        const string Hostile = "m\nAction needed: https://example.org/\u202e\u001b[8m";
        var full = await FullAsync(MailKind.Finished);
        var lines = (await _stack.ComposeMail.HandleAsync(full with { Summary = Stack.Summary }, new PlayedCall())).Message.Split('\n').Length;
        // As Step Functions hands it on: whoever has the token may have answered anything.
        var text = JsonSerializer.Serialize(full with { Open = null, Summary = Stack.Summary with { Components = 0, Seconds = 1e9 } }, FunctionsJson.Default.ComposeMailRequest)
            .Replace(Stack.Summary.Model, JsonEncodedText.Encode(Hostile + new string('x', 5000)).ToString(), StringComparison.Ordinal)
            .Replace(Stack.Summary.Dataset, JsonEncodedText.Encode(Hostile).ToString(), StringComparison.Ordinal)
            .Replace("1000000000", "1e300", StringComparison.Ordinal);

        var mail = await _stack.ComposeMail.HandleAsync(JsonSerializer.Deserialize(text, FunctionsJson.Default.ComposeMailRequest)!, new PlayedCall());

        Assert.Contains("Action needed", mail.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Message.Split('\n'), line => line.StartsWith("Action", StringComparison.Ordinal) || line.Length > 300);
        Assert.DoesNotContain(mail.Message, letter => (char.IsControl(letter) && letter != '\n') || letter == '\u202e');
        Assert.InRange(mail.Message.Split('\n').Length, 5, lines + 1);
    }

    [Theory]
    [InlineData("en", "Pomona.TimeUsedUp", 10, "Stopped by BudgetPerRun: the time allowed, 2 h")]
    [InlineData("en", "Pomona.ClusterEnded", 121, "Stopped by BudgetPerRun")]
    [InlineData("fr", "Pomona.TimeUsedUp", 10, "Arrêté par BudgetPerRun")]
    [InlineData("en", "Pomona.ClusterEnded", 119, "The cluster ended under the job")]
    public async Task A_run_whose_time_is_over_is_told_by_what_and_how_to_go_on(string language, string error, int minutes, string says)
    {
        _stack["POMONA_LANGUAGE"] = language;
        var full = await FullAsync(MailKind.Failed);
        var plan = full.Plan! with { Cluster = full.Plan.Cluster! with { MaxSeconds = 7200, LimitedBy = PlannedCluster.ByBudget } };

        var failed = await _stack.ComposeMail.HandleAsync(
            full with { Plan = plan, ClusterCreatedAt = _stack.Clock.GetUtcNow().AddMinutes(-minutes), Error = new WorkflowError(error, null) }, new PlayedCall());
        var ready = await _stack.ComposeMail.HandleAsync(full with { Mail = MailKind.Ready, Plan = plan }, new PlayedCall());

        Assert.Contains(says, failed.Message, StringComparison.Ordinal);
        Assert.Contains("\"resume\": \"", failed.Message, StringComparison.Ordinal);
        Assert.Matches("(Time allowed: 2 h|Durée permise : 2 h).*BudgetPerRun", ready.Message);
    }

    [Fact]
    public async Task A_failed_function_s_sentence_is_told_without_its_stack_trace()
    {
        var cause = """{"errorType":"InvalidExecutionInputException","errorMessage":"\"dataset\" is missing.","stackTrace":["at Pomona"]}""";

        var mail = await _stack.ComposeMail.HandleAsync(
            new ComposeMailRequest(MailKind.Failed, Error: new WorkflowError("InvalidExecutionInputException", cause)), new PlayedCall());

        Assert.Contains("Reason: \"dataset\" is missing. (InvalidExecutionInputException)", mail.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("at Pomona", mail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public async Task The_failed_mail_holds_the_input_that_goes_on_with_the_run(string language)
    {
        _stack["POMONA_LANGUAGE"] = language;
        var request = await FullAsync(MailKind.Failed);

        var mail = await _stack.ComposeMail.HandleAsync(request, new PlayedCall());

        Assert.Contains($"./pomona cloud resume {request.Open!.Run}", mail.Message, StringComparison.Ordinal);
        Assert.Matches($@"./pomona cloud logs {request.Open.Run}, o.* aws s3 sync s3://[^/]+/logs/{request.ClusterId}/ \. ", mail.Message);
        var input = mail.Message.Split('\n').Single(line => line.StartsWith("  {", StringComparison.Ordinal));
        var resumed = await _stack.OpenRun.HandleAsync(
            new(JsonDocument.Parse(input).RootElement, "hand", MemoryExecutions.Prefix + "hand", _stack.Clock.GetUtcNow()), new PlayedCall());
        Assert.Equal(
            (request.Open!.Run, request.Open.Components, request.Open.ExifRotation, request.Open.Decode, "go"),
            (resumed.Run, resumed.Components, resumed.ExifRotation, resumed.Decode, resumed.Verdict));
    }

    [Theory]
    [InlineData("en", Stack.ClusterId, "The cluster is being ended.")]
    [InlineData("en", null, "No cluster of this run is known; should there be one after all, it is found and ended within 15 minutes.")]
    [InlineData("fr", Stack.ClusterId, "Le cluster est en cours d'arrêt.")]
    [InlineData("fr", null, "Aucun cluster de ce calcul n'est connu ; s'il y en avait un malgré tout, il serait trouvé et arrêté dans les 15 minutes.")]
    public async Task The_failed_mail_says_of_the_cluster_only_what_is_known_when_it_is_written(string language, string? cluster, string says)
    {
        _stack["POMONA_LANGUAGE"] = language;
        var request = await FullAsync(MailKind.Failed);

        var mail = await _stack.ComposeMail.HandleAsync(request with { ClusterId = cluster }, new PlayedCall());

        Assert.Contains(says, mail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "States.HeartbeatTimeout", null, "The job has not reported for 15 minutes", "Look at s3://pomona-test/logs/j-1ABCDEFGHIJKL/steps/")]
    [InlineData("fr", "States.HeartbeatTimeout", null, "n'a pas donné de nouvelles pendant 15 minutes", "Voir s3://pomona-test/logs/j-1ABCDEFGHIJKL/steps/")]
    [InlineData("en", "States.Timeout", "", "longer than it may", "The execution's history shows where.")]
    [InlineData("en", "States.Permissions", null, "may not do what it has to", "history")]
    [InlineData("en", "States.SomethingNew", null, "Step Functions itself gave the run up", "history")]
    [InlineData("en", "Pomona.ClusterNotStarted", "EMR ended it while it started: BOOTSTRAP_FAILURE: bootstrap action 1 returned 1", "No log there at all means that it did not reach Amazon S3", "logs/j-1ABCDEFGHIJKL/node/")]
    [InlineData("en", "Pomona.ClusterNotStarted", "INTERNAL_ERROR: Request exceeds the EC2 service quota for that type", "quota of vCPUs is used up", "history")]
    [InlineData("en", "Runtime.ExitError", """{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: signal: killed"}""", "the parameter FunctionMemory", "history")]
    [InlineData("fr", "Sandbox.Timedout", """{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 900.00 seconds"}""", "a dépassé la durée", "historique")]
    [InlineData("en", "Lambda.TooManyRequestsException", "Rate Exceeded.", "Concurrent executions", "history")]
    public async Task An_error_of_the_platform_s_has_a_sentence_and_a_place_to_look(string language, string error, string? cause, string says, string look)
    {
        _stack["POMONA_LANGUAGE"] = language;
        var request = await FullAsync(MailKind.Failed);

        var mail = await _stack.ComposeMail.HandleAsync(request with { Error = new WorkflowError(error, cause) }, new PlayedCall());

        Assert.Contains(says, mail.Message, StringComparison.Ordinal);
        Assert.Contains(look, mail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_of_the_input_s_needs_no_such_sentence()
    {
        var mail = await _stack.ComposeMail.HandleAsync(
            (await FullAsync(MailKind.Failed)) with { Error = new WorkflowError("InvalidExecutionInputException", "no") }, new PlayedCall());

        Assert.DoesNotContain("Look at s3://", mail.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("history shows", mail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_in_an_error_is_not_mailed()
    {
        var token = string.Concat(Enumerable.Repeat("AQCEAAAAKgAAAAMAAAAAAAAAAd", 20));

        var mail = await _stack.ComposeMail.HandleAsync(
            new ComposeMailRequest(MailKind.Failed, Error: new WorkflowError("Emr.InvalidRequestException", $"Args: [run, --task-token, {token}]")), new PlayedCall());

        Assert.DoesNotContain(token[..40], mail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "en", "Functions: 1 at once of 1,769 MB; expected cost 0.00", "Engine: Functions, as asked for: about ", "; a cluster would have taken about 14 min and 0.13 USD.")]
    [InlineData(
        "fr", "Fonctions : 1 à la fois de 1\u00A0769 Mo ; coût prévu 0,00", "Moteur : fonctions Lambda (demandé), environ ", "; avec un cluster, environ 13 min et 0,13 USD")]
    public async Task Mails_of_a_run_without_a_cluster_speak_of_none_that_ends_and_of_what_one_would_have_cost(string language, params string[] says)
    {
        _stack["POMONA_LANGUAGE"] = language;
        _stack["POMONA_ENGINE"] = RunEngine.Functions;
        var full = await FullAsync(MailKind.Finished) with { ClusterId = null, ClusterCreatedAt = null, Summary = Stack.Summary };

        var finished = await _stack.ComposeMail.HandleAsync(full, new PlayedCall());
        var failed = await _stack.ComposeMail.HandleAsync(
            full with { Mail = MailKind.Failed, Summary = null, Error = new WorkflowError("RunRefusedException", """{"errorType":"RunRefusedException","errorMessage":"No."}""") },
            new PlayedCall());

        Assert.All(says, part => Assert.Contains(part, finished.Message, StringComparison.Ordinal));
        Assert.DoesNotMatch("being ended|en cours d'arrêt", finished.Message);
        Assert.Matches("(No cluster was rented; functions|Aucun cluster n'a été loué ; les fonctions) ", failed.Message);
        Assert.Contains("No. (RunRefusedException)", failed.Message, StringComparison.Ordinal);
        Assert.Contains("\"engine\": \"functions\"}", failed.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, RunSummary> Remarked => new()
    {
        { "taken over", Stack.Summary with { TakenOver = 2 } },
        { "a test set", Stack.Summary with { Test = new TestResult("Test", 1_200, 0.912) } },
        { "a test set of one image, and no classifier", Stack.Summary with { Test = new TestResult("Test", 1, null) } },
        { "a folder without rights", Stack.Summary with { PassedOver = new PassedOver(Folders: new PassedOverFiles(1, "secret/")) } },
        { "folders without rights", Stack.Summary with { PassedOver = new PassedOver(Folders: new PassedOverFiles(3, "secret/")) } },
        { "no components", Stack.Summary with { Components = 0 } },
        { "classes", Stack.Summary with { Doubts = new ClassDoubts(1, 2, [["kiwi", "Kiwi"], ["a", "b"]], 4) } },
    };

    /// <summary>What the English mail says of a run beyond its numbers, the French one says too: as many lines more than of a run without.</summary>
    [Theory]
    [MemberData(nameof(Remarked))]
    public async Task Every_remark_on_a_run_is_told_in_both_languages(string what, RunSummary summary)
    {
        var full = await FullAsync(MailKind.Finished);
        var more = RunRemarks.Of(summary).Count();
        Assert.True(more > 0, what);

        foreach (var language in new[] { "en", "fr" })
        {
            _stack["POMONA_LANGUAGE"] = language;
            Assert.Equal(await LinesAsync(Stack.Summary) + more, await LinesAsync(summary));
        }

        async Task<int> LinesAsync(RunSummary of) => (await _stack.ComposeMail.HandleAsync(full with { Summary = of }, new PlayedCall())).Message.Split('\n').Length;
    }

    [Theory]
    [InlineData("en", "Engine: A cluster, as asked for: about 14 min and 0.13 USD; functions would have taken about ")]
    [InlineData("fr", "Moteur : cluster (demandé), environ 13 min et 0,13 USD ; avec des fonctions Lambda, environ ")]
    public async Task The_ready_mail_of_a_cluster_tells_what_functions_would_have_cost(string language, string says)
    {
        _stack["POMONA_LANGUAGE"] = language;

        Assert.Contains(says, (await _stack.ComposeMail.HandleAsync(await FullAsync(MailKind.Ready), new PlayedCall())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "where all is tried as often as it may be", "or ask for a cluster by hand")]
    [InlineData("fr", "si tout est tenté autant de fois que permis", "demandez à la main un cluster (")]
    public async Task A_run_by_functions_that_is_over_the_budget_is_told_in_its_own_words(string language, params string[] says)
    {
        _stack["POMONA_LANGUAGE"] = language;
        _stack["POMONA_ENGINE"] = RunEngine.Functions;
        _stack["POMONA_BUDGET_PER_RUN"] = "0.0001";

        var mail = await _stack.ComposeMail.HandleAsync(await FullAsync(MailKind.OverBudget) with { ClusterId = null }, new PlayedCall());

        Assert.All(says, part => Assert.Contains(part, mail.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Spot", mail.Message, StringComparison.Ordinal);
    }

    private async Task<ComposeMailRequest> FullAsync(MailKind kind)
    {
        _stack.AddImages(3);
        var open = await _stack.OpenRun.HandleAsync(
            new(JsonDocument.Parse("""{"dataset":"fruits","now":true}""").RootElement, "hand", MemoryExecutions.Prefix + "hand", _stack.Clock.GetUtcNow()),
            new PlayedCall());
        var plan = await _stack.PlanRun.HandleAsync(new(Stack.Fruits, open.Run, 50), new PlayedCall());
        return new ComposeMailRequest(
            kind, MemoryExecutions.Prefix + "hand", open, plan, Stack.ClusterId, _stack.Clock.GetUtcNow().AddMinutes(-30));
    }
}
