namespace Pomona.Local.Demo;

/// <summary>Where the demo shows how far it is.</summary>
internal interface IDemoScreen
{
    /// <summary>Shows that something happened.</summary>
    void Say(string sentence);

    /// <summary>Shows how far a stage is.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="done">What is done of it.</param>
    /// <param name="total">All there is to do.</param>
    /// <param name="detail">What else there is to say, such as a speed.</param>
    void Show(string stage, double done, double total, string detail);
}
