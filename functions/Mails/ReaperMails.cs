using System.Text;
using Pomona.Functions.Clusters;

namespace Pomona.Functions.Mails;

/// <summary>The mail about clusters that the reaper ended.</summary>
internal sealed class ReaperMails(MailLanguage language, string stack)
{
    public Mail Compose(ReaperReport report) => language == MailLanguage.French ? French(report) : English(report);

    private Mail English(ReaperReport report)
    {
        var text = new StringBuilder();
        Append(text, "Ended because nothing needs them or they are too old:\n", report.Terminated, "older than the limit", "its execution does not run", "kept after its run until now");
        Append(text, "Could not be ended (tried again in minutes; look at them in the EMR console):\n", report.Failed, "older than the limit", "its execution does not run", "kept after its run until now");
        return Mail.Create($"Pomona: {report.Terminated.Count + report.Failed.Count} stray clusters in {stack}", text.ToString());
    }

    private Mail French(ReaperReport report)
    {
        var text = new StringBuilder();
        Append(text, "Arrêtés, car inutiles ou trop anciens :\n", report.Terminated, "au-delà de la durée permise", "son exécution ne tourne pas", "gardé après son calcul jusqu’à présent");
        Append(text, "Impossibles à arrêter (nouvel essai dans quelques minutes ; voyez la console EMR) :\n", report.Failed, "au-delà de la durée permise", "son exécution ne tourne pas", "gardé après son calcul jusqu’à présent");
        return Mail.Create($"Pomona : {report.Terminated.Count + report.Failed.Count} clusters égarés dans {stack}", text.ToString());
    }

    private void Append(StringBuilder text, string title, IReadOnlyList<ReapedCluster> clusters, string tooOld, string orphaned, string kept)
    {
        if (clusters.Count == 0)
            return;

        text.Append(title);
        foreach (var cluster in clusters)
        {
            text.Append($"  {cluster.ClusterId}, {cluster.Dataset ?? "?"}, {cluster.Run ?? "?"}, ");
            text.Append($"{Figures.Of(language).Duration(TimeSpan.FromHours(cluster.Hours))}: ");
            text.Append(cluster.Reason switch
            {
                ReapReason.TooOld => tooOld,
                ReapReason.KeptEnough => kept,
                _ => orphaned,
            }).Append('\n');
        }

        text.Append('\n');
    }
}
