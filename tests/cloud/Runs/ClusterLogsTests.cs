using System.Text;
using Pomona.Cloud.Runs;

namespace Pomona.Cloud.Tests.Runs;

public sealed class ClusterLogsTests
{
    [Fact]
    public async Task Only_the_last_lines_stay_each_short_and_safe_to_show()
    {
        var text = string.Join('\n', Enumerable.Range(0, 5000).Select(line => $"line {line}")) + "\n\u001b[31mred\r\n" + new string(' ', 100_000) + "x\nlast";

        var told = await TailAsync(text, 3);

        Assert.Equal(3, told.Count);
        Assert.Equal(("\\u001b[31mred", "last"), (told[0], told[2]));
        Assert.InRange(told[1].Length, 1, 420);
    }

    [Fact]
    public async Task A_task_s_token_is_left_out()
    {
        var token = new string('A', 700) + "==";

        Assert.Equal(["run --task-token […]"], await TailAsync($"run --task-token {token[..200]}", 5));
    }

    private static Task<IReadOnlyList<string>> TailAsync(string text, int lines) =>
        ClusterLogs.TailAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), lines, default);
}
