using System.Text;
using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

public sealed class ArtifactsTests : IDisposable
{
    private readonly Stack _stack = new();

    public void Dispose() => _stack.Bundles.Dispose();

    [Fact]
    public async Task A_run_names_the_bundle_that_is_current_when_it_begins_and_keeps_it_whatever_is_uploaded_meanwhile()
    {
        _stack.AddImages(3);
        var first = await PlanAsync(Stack.Run);

        Bundle.In(_stack.Bundles, "a newer job");
        var resumed = await PlanAsync(Stack.Run);
        var next = await PlanAsync(RunId.Parse("20261122T130455Z-3f9a2c1b"));

        var (old, @new) = (Bundle.NameOf("as it is"), Bundle.NameOf("a newer job"));
        Assert.Equal((old, old, @new), (first.Plan.Artifacts, resumed.Plan.Artifacts, next.Plan.Artifacts));
        Assert.Equal(new PinnedArtifacts(Address(old), Address(old) + Bundle.Installer), first.Artifacts);
        Assert.Equal((first.Artifacts, Address(@new)), (resumed.Artifacts, next.Artifacts!.Uri));
    }

    [Fact]
    public async Task A_run_whose_bundle_is_gone_is_not_gone_on_with_by_another()
    {
        _stack.AddImages(3);
        await PlanAsync(Stack.Run);
        Bundle.In(_stack.Bundles, "a newer job");
        foreach (var path in (string[])[Bundle.Installer, Bundle.Job, BucketLayout.ArtifactList])
            await _stack.Bundles.DeleteAsync(Bundle.KeyOf(Bundle.NameOf("as it is"), path), default);

        await RefusedAsync("nodes.sha256 is not there");
    }

    [Fact]
    public async Task A_run_that_an_earlier_version_began_takes_the_current_one()
    {
        _stack.AddImages(3);
        var key = BucketLayout.Run(Stack.Fruits, Stack.Run) + RunLayout.Plan;
        await PlanAsync(Stack.Run);
        var plan = Encoding.UTF8.GetString(_stack.Bucket[key]);
        _stack.Bucket[key] = Encoding.UTF8.GetBytes(plan.Replace($",\"artifacts\":\"{Bundle.NameOf("as it is")}\"", string.Empty, StringComparison.Ordinal));

        var planned = await PlanAsync(Stack.Run);

        Assert.Null(planned.Plan.Artifacts);
        Assert.Equal(Address(Bundle.NameOf("as it is")), planned.Artifacts!.Uri);
    }

    [Theory]
    [InlineData(BucketLayout.CurrentArtifacts, null, "artifacts/current is missing, or names no bundle")]
    [InlineData(BucketLayout.CurrentArtifacts, "../secrets", "artifacts/current is missing, or names no bundle")]
    [InlineData(Bundle.Job, null, "job.tar.gz is not there, which the run's nodes install")]
    [InlineData(Bundle.Job, "half", "job.tar.gz is not the file that")]
    [InlineData(Bundle.Installer, "#!/bin/no", "install-node.sh is not the file that")]
    [InlineData(BucketLayout.ArtifactList, null, "nodes.sha256 is not there")]
    [InlineData(BucketLayout.ArtifactList, "", "nodes.sha256 is not the list that its folder is named after")]
    public async Task What_is_not_there_or_not_whole_is_named_before_anything_is_rented(string path, string? content, string says)
    {
        _stack.AddImages(3);
        var key = path == BucketLayout.CurrentArtifacts ? path : Bundle.KeyOf(Bundle.NameOf("as it is"), path);
        if (content is null)
            await _stack.Bundles.DeleteAsync(key, default);
        else
            _stack.Bundles[key] = Encoding.UTF8.GetBytes(content);

        await RefusedAsync(says);
    }

    [Theory]
    [InlineData("0123  job.tar.gz\n", "has a line that ./pomona bundle does not write")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  ../job.tar.gz\n", "has a line that")]
    [InlineData("", "names no bootstrap/install-node.sh")]
    public async Task A_list_that_no_bundle_wrote_is_refused_although_it_has_its_own_name(string list, string says)
    {
        _stack.AddImages(3);
        var content = Encoding.UTF8.GetBytes(list);
        var name = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
        _stack.Bundles[Bundle.KeyOf(name, BucketLayout.ArtifactList)] = content;
        _stack.Bundles[BucketLayout.CurrentArtifacts] = Encoding.UTF8.GetBytes(name);

        await RefusedAsync(says);
    }

    [Fact]
    public async Task Nothing_to_run_needs_nothing_to_install()
    {
        await _stack.Bundles.DeleteAsync(BucketLayout.CurrentArtifacts, default);

        var planned = await PlanAsync(Stack.Run);

        Assert.Equal((PlanVerdict.Empty, null), (planned.Verdict, planned.Artifacts));
    }

    [Fact]
    public async Task A_file_is_read_once_while_it_stays_the_same_and_again_when_it_has_changed()
    {
        var artifacts = new Artifacts(_stack.Bundles);
        var name = Bundle.NameOf("as it is");
        await artifacts.CheckAsync(name, RunEngine.Cluster, default);
        _stack.Bundles[Bundle.KeyOf(name, Bundle.Job)] = "changed"u8.ToArray();

        await Assert.ThrowsAsync<ArtifactsException>(() => artifacts.CheckAsync(name, RunEngine.Cluster, default));
    }

    private string Address(string bundle) => $"{_stack.Bundles.Address}artifacts/{bundle}/";

    private Task<PlannedRun> PlanAsync(RunId run) => _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, run, 50), new PlayedCall());

    private async Task RefusedAsync(string says)
    {
        var refused = await Assert.ThrowsAsync<ArtifactsException>(() => PlanAsync(Stack.Run));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains("dist/artifacts", refused.Message, StringComparison.Ordinal);
    }
}
