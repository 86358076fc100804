using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class StoreAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("photos")]
    [InlineData("photos/")]
    [InlineData("./photos/../photos//")]
    [InlineData("linked")]
    [InlineData("linked/")]
    public void One_folder_has_one_address_whatever_leads_to_it(string name)
    {
        Directory.CreateDirectory(_folder["photos"]);
        Directory.CreateSymbolicLink(_folder["linked"], "photos");

        using var store = StoreAddress.Open($"{_folder.Path}/{name}");

        Assert.Equal(_folder["photos"], store.Address);
    }

    [Fact]
    public void A_folder_that_is_not_there_yet_has_the_address_that_it_will_have()
    {
        Directory.CreateDirectory(_folder["disk"]);
        Directory.CreateSymbolicLink(_folder["runs"], "disk");

        using var store = StoreAddress.Open(_folder["runs/new/run/"]);

        Assert.Equal(_folder["disk/new/run"], store.Address);
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused_as_such()
    {
        var refusal = Assert.Throws<PomonaException>(() => StoreAddress.Open(_folder["a\uFFFD"]));

        Assert.Equal(ExitCode.Usage, refusal.Code);
        Assert.Contains("is not UTF-8", refusal.Message, StringComparison.Ordinal);
    }
}
