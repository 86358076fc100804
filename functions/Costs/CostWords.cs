using Pomona.Functions.Mails;

namespace Pomona.Functions.Costs;

/// <summary>The words of the cost report in one language.</summary>
internal sealed record CostWords(
    string Language,
    string Title,
    string Total,
    string Week,
    string Trend,
    string Service,
    string Run,
    string NoRun,
    string OnDemand,
    string Spot,
    string Other,
    string EstimatedNote,
    string PartialNote,
    string Nothing,
    string Copies)
{
    public static CostWords English { get; } = new(
        "en", "What Pomona cost", "Total", "Week from", "Against the week before", "Service", "Run", "(no run)",
        "On-Demand", "Spot", "Other",
        "AWS may still correct the latest days.", "There are more runs than are listed.",
        "Nothing was spent, or the tag pomona:stack is not yet active as a cost allocation tag (Billing console).", "Copies");

    public static CostWords French { get; } = new(
        "fr", "Ce que Pomona a coûté", "Total", "Semaine du", "Par rapport à la semaine précédente", "Service", "Calcul",
        "(hors calcul)", "À la demande", "Spot", "Autre",
        "AWS peut encore corriger les derniers jours.", "Il y a plus de calculs que la liste n'en montre.",
        "Rien n'a été dépensé, ou l'étiquette pomona:stack n'est pas encore active pour la répartition des coûts (console de facturation).",
        "Copies");

    public static CostWords Of(MailLanguage language) => language == MailLanguage.French ? French : English;
}
