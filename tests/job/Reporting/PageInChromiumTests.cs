using System.Text.Json;

namespace Pomona.Job.Tests.Reporting;

public sealed class PageInChromiumTests(PageInChromium browser) : IClassFixture<PageInChromium>
{
    private JsonElement Found => browser.Found;

    [ChromiumFact]
    public void Nothing_is_complained_about_in_the_console()
        => Assert.Empty(Texts(Found.GetProperty("seen").GetProperty("complaints")));

    [ChromiumFact]
    public void Nothing_is_requested_but_the_page_itself()
        => Assert.Empty(Texts(Found.GetProperty("seen").GetProperty("requests")));

    [ChromiumFact]
    public void The_policy_refuses_the_network_and_foreign_scripts()
    {
        var policy = Found.GetProperty("policy");

        Assert.Equal("refused", policy.GetProperty("fetched").GetString());
        Assert.False(policy.GetProperty("ranForeign").GetBoolean());
        Assert.Equal(["connect-src", "img-src", "script-src-elem"], Texts(policy.GetProperty("broken")));
    }

    [ChromiumFact]
    public void Pointing_at_a_mark_shows_the_image_s_picture_name_and_class_and_leaving_hides_them()
    {
        Assert.True(Found.GetProperty("before").GetProperty("hidden").GetBoolean());
        var hovered = Found.GetProperty("hovered");
        AssertShown(hovered);
        Assert.True(Found.GetProperty("hoveredIsNear").GetBoolean());
        Assert.StartsWith(hovered.GetProperty("class").GetString() + "/", hovered.GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.True(Found.GetProperty("left").GetProperty("hidden").GetBoolean());
    }

    [ChromiumFact]
    public void A_touch_shows_the_picture_within_a_narrow_screen()
    {
        AssertShown(Found.GetProperty("tapped"));
        Assert.True(Found.GetProperty("cardWithin").GetBoolean());
    }

    [ChromiumFact]
    public void Choosing_other_components_moves_the_marks_and_renames_the_axes()
    {
        Assert.Equal(Found.GetProperty("points").GetInt32(), Found.GetProperty("moved").GetInt32());
        Assert.Contains("Component 3", Found.GetProperty("caption").GetString(), StringComparison.Ordinal);
        Assert.Equal(["1", "2"], Texts(Found.GetProperty("exchanged")));
        Assert.Contains("one row per class", Found.GetProperty("byClass").GetString(), StringComparison.Ordinal);
    }

    [ChromiumFact]
    public void The_legend_hides_and_shows_classes()
    {
        Assert.Equal(
            [96, 88, 96, 0, 8, 96],
            Found.GetProperty("shown").EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal("true", Found.GetProperty("pressed").GetString());
    }

    [ChromiumFact]
    public void Arrow_keys_walk_from_image_to_image_and_say_which_it_is_and_escape_leaves()
    {
        var (one, other) = (Found.GetProperty("keyboard").GetProperty("one"), Found.GetProperty("keyboard").GetProperty("other"));

        AssertShown(one);
        AssertShown(other);
        Assert.NotEqual(one.GetProperty("name").GetString(), other.GetProperty("name").GetString());
        Assert.Equal(
            $"{other.GetProperty("class").GetString()}, {other.GetProperty("name").GetString()}", other.GetProperty("said").GetString());
        Assert.True(Found.GetProperty("escaped").GetProperty("hidden").GetBoolean());
    }

    [ChromiumFact]
    public void Texts_and_marks_stand_out_in_light_and_in_dark()
    {
        foreach (var scheme in new[] { "light", "dark" })
        {
            var contrast = Found.GetProperty(scheme);
            // WCAG 2.2, level AA: 4.5 for text (1.4.3), 3 for graphics (1.4.11).
            AssertAtLeast(4.5, contrast.GetProperty("text"), scheme);
            AssertAtLeast(3, contrast.GetProperty("mark"), scheme);
        }

        Assert.True(Found.GetProperty("light").GetProperty("paper").GetDouble() > 0.8);
        Assert.True(Found.GetProperty("dark").GetProperty("paper").GetDouble() < 0.05);
    }

    [ChromiumFact]
    public void Nothing_sticks_out_of_a_wide_or_a_narrow_window()
    {
        Assert.Equal(0, Found.GetProperty("wideOverflow").GetInt32());
        Assert.Equal(0, Found.GetProperty("narrowOverflow").GetInt32());
    }

    [ChromiumFact]
    public void Without_javascript_the_tables_the_curve_and_the_map_are_there()
    {
        var page = Found.GetProperty("withoutScript");

        Assert.Equal(96, page.GetProperty("points").GetInt32());
        Assert.InRange(page.GetProperty("tables").GetInt32(), 6, 20);
        Assert.Equal(1, page.GetProperty("curve").GetInt32());
        Assert.False(page.GetProperty("controls").GetBoolean());
        Assert.True(page.GetProperty("note").GetBoolean());
    }

    private static void AssertShown(JsonElement card)
    {
        Assert.False(card.GetProperty("hidden").GetBoolean());
        Assert.True(card.GetProperty("jpeg").GetBoolean());
        Assert.Equal(48, card.GetProperty("pictureWidth").GetInt32());
    }

    private static void AssertAtLeast(double least, JsonElement contrast, string scheme)
        => Assert.True(
            contrast.GetProperty("ratio").GetDouble() >= least,
            $"{scheme}: {contrast.GetProperty("ratio").GetDouble():F2} at {contrast.GetProperty("where").GetString()}");

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];
}
