using System.Text.Json;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Page;

public sealed class AccountViewTests
{
    [Fact]
    public void What_the_page_shows_of_errors_clusters_and_mails_is_printable_and_short()
    {
        var hostile = "a\u001b[2J\u202eb" + new string('x', 100_000);
        var account = new AccountView(
            "http://localhost",
            null,
            [new RunView("arn", "n", "m", "FAILED", default, null, hostile, hostile, null, null, [], [], null, null)],
            [new ClusterView("j-1", hostile, "s", hostile, default, null, null, hostile, 0, null, null, null, [new StepView("s-1", hostile, "s", null, null)], null, [new InstanceView("i-1", "CORE", hostile, "SPOT", "RUNNING", null)])],
            [new MailView("you@example.org", hostile, "one\ntwo" + hostile, default, "f")],
            false);

        var json = JsonSerializer.Serialize(account);

        Assert.Contains(@"a\\u001b[2J\\u202ebxx", json, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[^\\]\\u(001b|202e)", json.ToLowerInvariant());
        Assert.InRange(json.Length, 100, 20_000);
        Assert.StartsWith("one\ntwoa", account.Mails[0].Body, StringComparison.Ordinal);
    }
}
