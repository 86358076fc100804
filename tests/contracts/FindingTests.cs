using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class FindingTests
{
    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_is_what_the_documents_say_and_is_read_back(string line, Finding finding)
    {
        Assert.Equal(line, JsonSerializer.Serialize(finding, ContractJson.Readable.Finding));
        Assert.Equal(finding, JsonSerializer.Deserialize(line, ContractJson.Readable.Finding));
    }

    public static TheoryData<string, Finding> Lines => new()
    {
        {
            """{"finding":"label","image":"pear/7.jpg","label":"pear","score":0.973,"suggested":"apple"}""",
            new Finding(FindingKind.Label, "pear/7.jpg", "pear", 0.973, Suggested: "apple")
        },
        {
            """{"finding":"duplicate","image":"Äpfel/2.jpg","label":"Äpfel","score":1,"group":"pear/1.jpg","across":"classes"}""",
            new Finding(FindingKind.Duplicate, "Äpfel/2.jpg", "Äpfel", 1, "pear/1.jpg", Across: Finding.Classes)
        },
        {
            """{"finding":"near-duplicate","image":"a/2.jpg","label":"a","score":0.5,"group":"a/1.jpg","series":true}""",
            new Finding(FindingKind.NearDuplicate, "a/2.jpg", "a", 0.5, "a/1.jpg", IsSeries: true)
        },
    };

    [Fact]
    public void Every_kind_has_its_place_once() => Assert.Equal(8, FindingKind.All.Distinct(StringComparer.Ordinal).Count());
}
