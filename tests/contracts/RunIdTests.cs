namespace Pomona.Contracts.Tests;

public sealed class RunIdTests
{
    [Fact]
    public void An_id_tells_when_its_run_began()
    {
        var began = new DateTimeOffset(2026, 11, 21, 13, 4, 55, TimeSpan.Zero);

        Assert.Equal(began, RunId.Create(began, 7).Start);
        Assert.Equal(began, RunId.Parse(RunId.Example).Start);
    }

    [Fact]
    public void One_that_no_run_has_tells_of_no_time() => Assert.Null(RunId.Parse("20261321T130455Z-3f9a2c1b").Start);

    [Theory]
    [InlineData("fruits-20261121T130455Z-3f9a2c1b", "fruits", "20261121T130455Z-3f9a2c1b")]
    [InlineData("my-set_2-20261121T130455Z-3f9a2c1b", "my-set_2", "20261121T130455Z-3f9a2c1b")]
    [InlineData("20261121T130455Z-3f9a2c1b", null, null)]
    [InlineData("-20261121T130455Z-3f9a2c1b", null, null)]
    [InlineData("fruits_20261121T130455Z-3f9a2c1b", null, null)]
    [InlineData("by hand", null, null)]
    [InlineData("", null, null)]
    public void An_execution_s_name_is_read_as_a_lock_writes_it(string name, string? dataset, string? run)
    {
        var names = DatasetLock.NamesOf(name);

        Assert.Equal((dataset, run), (names.Dataset?.Value, names.Run?.Value));
        if (names is ({ } of, { } id))
            Assert.Equal(name, DatasetLock.ExecutionNameOf(of, id));
    }
}
