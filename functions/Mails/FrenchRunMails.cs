using System.Text;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Mails;

internal sealed class FrenchRunMails : IRunMails
{
    private static readonly Figures Figures = Figures.French;

    public MailLanguage Language => MailLanguage.French;

    public Mail Ready(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Le cluster du jeu de données {facts.Dataset} est prêt, le calcul commence.\n\n");
        Data(text, facts);
        Cluster(text, facts);
        if (facts.Plan is { } plan)
        {
            text.Append($"Prévision : {Figures.Duration(TimeSpan.FromSeconds(plan.Estimate.JobSeconds))} de calcul, ");
            text.Append($"{Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)} en tout ");
            text.Append($"(au plus {Figures.Expected(plan.Estimate.CostAtMost, plan.Estimate.Currency)} sans Spot ; prix du {plan.Estimate.PriceDate})\n");
            if (plan.Cluster is { MaxSeconds: > 0 } cluster)
                text.Append($"Durée permise : {Allowed(cluster)} ({cluster.LimitedBy}) ; au-delà, le calcul est arrêté et peut être repris\n");
            if (plan.Cluster is { KeepMinutes: > 0 } kept)
            {
                text.Append($"Après le calcul, le cluster reste {Figures.Duration(TimeSpan.FromMinutes(kept.KeepMinutes))}, dans la limite de la durée permise ; ");
                text.Append($"environ {Figures.Money(plan.Estimate.KeepCost, plan.Estimate.Currency)} du total\n");
            }

            Engine(text, plan);
            if (plan.Estimate.Unpriced is { Count: > 0 } unpriced)
                text.Append($"Prix inconnu pour {string.Join(", ", unpriced)} : compté comme m5\n");
        }

        if (facts.ClusterId is not null)
            text.Append($"\n{Pages(facts)}");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona : {facts.Dataset} est prêt, le calcul commence", text.ToString());
    }

    public Mail Finished(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Le calcul sur le jeu de données {facts.Dataset} est fini.\n\n");
        if (facts.Summary is { } summary)
        {
            text.Append($"Images : {Figures.Count(summary.Images)} en {Figures.Count(summary.Labels, "classe", "classes")}");
            text.Append(summary.Rejected > 0 ? $", {Figures.Count(summary.Rejected, "rejetée", "rejetées")} (voir rejected.jsonl)\n" : ", aucune rejetée\n");
            if (summary.TakenOver is { } taken)
                text.Append($"{Figures.Count(taken, "image reprise", "images reprises")} d'un calcul précédent, {Figures.Count(summary.Images + summary.Rejected - taken, "calculée", "calculées")}\n");
            text.Append($"Caractéristiques : {Figures.Count(summary.Features)} par image");
            text.Append(summary.Components == 0
                ? "\n"
                : $", réduites à {Figures.Count(summary.Components, "composante qui explique", "composantes qui expliquent")} {Figures.Percent(summary.ExplainedVariance)} de la variance\n");
            text.Append($"Modèle : {summary.Model}\n");
            text.Append($"Calcul : {Figures.Duration(TimeSpan.FromSeconds(summary.Seconds))}\n");
            Remarks(text, summary);
        }

        Spent(text, facts);
        if (facts.Plan is { } plan)
            Engine(text, plan);
        text.Append(Staying(facts));
        Links(text, facts, withReport: true);
        return Mail.Create($"Pomona : {facts.Dataset} est fini", text.ToString());
    }

    public Mail Failed(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append(facts.Dataset is null ? "Un calcul a échoué.\n\n" : $"Le calcul sur le jeu de données {facts.Dataset} a échoué.\n\n");
        text.Append($"Raison : {facts.Error ?? "inconnue ; voir l'exécution"}\n");
        if (facts is { TimeUsedUp: true, Plan.Cluster: { } stopped })
        {
            text.Append($"Arrêté par {stopped.LimitedBy} : la durée permise, {Allowed(stopped)}, est écoulée. Ce qui est fait reste acquis, et un calcul repris dispose de nouveau du même temps ; ");
            text.Append($"si cela ne suffit pas, augmentez {stopped.LimitedBy}.\n");
        }
        else if (facts.Explanation is not null)
        {
            text.Append($"{facts.Explanation}\n");
        }

        Data(text, facts);
        Cluster(text, facts);
        Spent(text, facts);
        // The mail is written before the cluster's end is verified: a promise that it has ended could be wrong.
        text.Append(IsWithoutCluster(facts)
            ? "Aucun cluster n'a été loué ; les fonctions qui travaillent encore s'arrêtent d'elles-mêmes dans les 15 minutes. "
            : facts.ClusterId is null
            ? "Aucun cluster de ce calcul n'est connu ; s'il y en avait un malgré tout, il serait trouvé et arrêté dans les 15 minutes. "
            : "Le cluster est en cours d'arrêt. ");
        text.Append("Un calcul qui a échoué n'est pas relancé tout seul");
        text.Append(facts.ResumeInput is { } input
            ? $". Pour le reprendre là où il s'est arrêté : ./pomona cloud resume {facts.Run}, ou lancez une exécution avec cette entrée :\n  {input}\nOu renvoyez des images pour un nouveau calcul (docs/execution-input.md).\n"
            : " : lancez-le à la main (docs/execution-input.md) ou renvoyez des images.\n");
        if (PlatformErrors.LogsOf(facts.OutputUri, facts.ClusterId) is { } logs)
            text.Append($"Journaux : ./pomona cloud logs {facts.Run}, ou aws s3 sync {logs} . (ils y arrivent après quelques minutes)\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona : {facts.Dataset ?? "un calcul"} a échoué", text.ToString());
    }

    public Mail OverBudget(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Le calcul sur le jeu de données {facts.Dataset} n'a pas été lancé : il dépasserait le budget");
        text.Append(facts.Plan?.Estimate is { Budget: > 0 } limit ? $" de {Figures.Money(limit.Budget, limit.Currency)} par calcul" : string.Empty);
        text.Append(" ou la durée permise.\n\n");
        Data(text, facts);
        if (facts.Plan is { } plan)
        {
            text.Append($"Prévision : {Figures.Duration(TimeSpan.FromSeconds(plan.Estimate.EndsAfter))}{(IsWithoutCluster(facts) ? string.Empty : " de cluster")}, ");
            text.Append($"{Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)}, ");
            text.Append($"au plus {Figures.Expected(plan.Estimate.CostAtMost, plan.Estimate.Currency)} {(IsWithoutCluster(facts) ? "si tout est tenté autant de fois que permis" : "sans Spot")} ");
            text.Append($"(prix du {plan.Estimate.PriceDate})");
            text.Append(plan.Cluster is { KeepMinutes: > 0 } kept
                ? $", dont {Figures.Money(plan.Estimate.KeepCost, plan.Estimate.Currency)} pour les {kept.KeepMinutes} minutes où le cluster doit rester\n"
                : "\n");
            Engine(text, plan);
        }

        text.Append($"Rien n'a été loué. Augmentez BudgetPerRun, ou demandez à la main un cluster{(IsWithoutCluster(facts) ? string.Empty : " plus petit")} (docs/execution-input.md).\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona : {facts.Dataset} dépasse le budget", text.ToString());
    }

    public Mail Unchanged(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Le jeu de données {facts.Dataset} n'a pas été recalculé : rien n'est nouveau, les résultats précédents restent valables.\n\n");
        if (facts is { Images: { } images, Bytes: { } bytes })
            text.Append($"Données : {Figures.Count(images, "image", "images")}, {Figures.Bytes(bytes)}\n");
        if (facts.Plan?.Reason is { } reason)
            text.Append($"Détail : {reason}\n");
        text.Append("Rien n'a été loué.\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona : {facts.Dataset} n'a rien de nouveau", text.ToString());
    }

    public Mail Waiting(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Le calcul sur le jeu de données {facts.Dataset} attend que les clusters d'autres calculs s'arrêtent (MaxStackVcpus).\n\n");
        Data(text, facts);
        if (facts.Error is not null)
            text.Append($"Détail : {facts.Error}\n");
        text.Append("Rien n'a encore été loué pour lui. Un nouvel essai a lieu toutes les cinq minutes et il commence tout seul ; pour en faire tourner plus à la fois, augmentez MaxStackVcpus (les quotas du compte doivent le permettre).\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona : {facts.Dataset} attend d'autres calculs", text.ToString());
    }

    /// <summary>As <see cref="RunRemarks"/>; what was taken over stands with the images.</summary>
    private static void Remarks(StringBuilder text, RunSummary summary)
    {
        if (summary.Test is { } test)
        {
            text.Append(test.Images == 1 ? $"L'image de '{test.Folder}' n'a servi" : $"Les {Figures.Count(test.Images)} images de '{test.Folder}' n'ont servi");
            text.Append(" qu'au test : ");
            text.Append(test.Accuracy is { } share
                ? $"ajusté à toutes les autres, le classifieur en a bien nommé {Figures.Percent(share)}.\n"
                : "les composantes ont été ajustées à toutes les autres.\n");
        }

        if (summary.PassedOver?.Folders is { } folders)
        {
            text.Append($"{Figures.Count(folders.Files, "dossier n'a", "dossiers n'ont")} pas pu être lu{(folders.Files == 1 ? string.Empty : "s")} (droits, ou chemin trop long), ");
            text.Append($"et rien n'en a servi : '{Printable.Excerpt(folders.Example, 120)}'{(folders.Files == 1 ? string.Empty : " est le premier")}.\n");
        }

        if (summary.Components == 0)
        {
            text.Append("Il n'y a pas de composantes, donc pas de fichiers ONNX, car ");
            text.Append(summary.Images == 1 ? "il n'y a qu'une image.\n" : $"rien ne varie entre les {Figures.Count(summary.Images)} images.\n");
        }

        if (summary.Doubts is not { } doubts)
            return;
        if (doubts.Loose > 0)
        {
            text.Append($"La classe '{ManifestEntry.Unlabelled}' mêle {Figures.Count(doubts.Loose, "image", "images")} hors de tout dossier ");
            text.Append($"et {Figures.Count(doubts.InFolder)} d'un dossier de ce nom : renommez le dossier pour les distinguer.\n");
        }

        foreach (var group in doubts.Alike)
        {
            text.Append($"Les classes {ClassDoubts.Shown(group)} {(ClassDoubts.DifferInCaseAlone(group) ? "ne diffèrent que par la casse" : "se ressemblent")} ");
            text.Append("et sont comptées à part : renommez leurs dossiers si c'est la même.\n");
        }

        if (doubts.AlikeGroups > doubts.Alike.Count)
            text.Append($"Autres groupes de classes de tels noms : {Figures.Count(doubts.AlikeGroups - doubts.Alike.Count)}.\n");
    }

    private static string Pages(RunFacts facts)
        => $"Pages {(facts.Plan?.Cluster is { Notebooks: true } ? "JupyterHub, " : string.Empty)}Spark et YARN : bootstrap/tunnel.sh {facts.ClusterId}\n";

    private static bool IsWithoutCluster(RunFacts facts) => facts is { ClusterId: null, Plan.Engine: RunEngine.Functions };

    /// <summary>Which engine, why, and what the other would have cost.</summary>
    private static void Engine(StringBuilder text, PlannedRun plan)
    {
        if (plan.Functions is { } functions)
            text.Append($"Fonctions : {Figures.Count(functions.AtOnce)} à la fois de {Figures.Count(functions.MemoryMb)} Mo ; coût prévu {Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)} (prix du {plan.Estimate.PriceDate})\n");
        if (plan.Choice is not { } choice)
            return;

        var (mine, others) = plan.Engine == RunEngine.Functions ? ("fonctions Lambda", "un cluster") : ("cluster", "des fonctions Lambda");
        text.Append($"Moteur : {mine} ({(choice.Asked == RunEngine.Auto ? "choix automatique" : "demandé")})");
        text.Append(choice.Other is { } other
            ? $", environ {Figures.Duration(TimeSpan.FromSeconds(plan.Estimate.EndsAfter))} et {Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)} ; avec {others}, environ {Figures.Duration(TimeSpan.FromSeconds(other.EndsAfter))} et {Figures.Expected(other.Cost, other.Currency)}\n"
            : $" ; {others} : impossible (détail : {Printable.Excerpt(choice.Why, 600)})\n");
    }

    private static string Staying(RunFacts facts) => facts switch
    {
        _ when IsWithoutCluster(facts) => string.Empty,
        { Kept: { Until: { } until } kept, ClusterId: { } id } =>
            $"Le cluster reste jusqu'au {Figures.Moment(until)} et est arrêté dans les 15 minutes qui suivent"
            + (kept.Cost is { } cost && facts.Plan?.Estimate is { } estimate ? $" ; environ {Figures.Money(cost, estimate.Currency)} (prix du {estimate.PriceDate})" : string.Empty)
            + $". Pour l'arrêter tout de suite : aws emr terminate-clusters --cluster-ids {id}\n{Pages(facts)}",
        { Plan.Cluster.KeepMinutes: > 0 } => "Le cluster est en cours d'arrêt : il n'a pas pu être gardé, ou il ne reste rien de la durée permise.\n",
        _ => "Le cluster est en cours d'arrêt.\n",
    };

    private static string Allowed(PlannedCluster cluster) => Figures.Duration(TimeSpan.FromSeconds(cluster.MaxSeconds));

    private static void Data(StringBuilder text, RunFacts facts)
    {
        if (facts is { Images: { } images, Bytes: { } bytes })
            text.Append($"Données : {Figures.Count(images, "image", "images")}, {Figures.Bytes(bytes)}\n");
        if (facts.Plan?.Plan?.Since is { } since)
            text.Append($"{Figures.Count(since.Unchanged, "image reprise", "images reprises")} de {since.Run}, {Figures.Count(facts.Plan.Plan.NewImages, "nouvelle ou modifiée", "nouvelles ou modifiées")}\n");
        else if (facts.Plan?.TakeOver is { } taken)
            text.Append($"Rien n'est repris d'un calcul précédent (détail : {Printable.Excerpt(taken, 600)})\n");
        if (facts.Run is not null)
            text.Append($"Calcul : {facts.Run}\n");
    }

    private static void Cluster(StringBuilder text, RunFacts facts)
    {
        if (facts.ClusterId is null)
            return;

        text.Append($"Cluster : {facts.ClusterId}");
        if (facts.Plan?.Cluster is { } cluster)
        {
            text.Append($", {cluster.PrimaryVcpus} + {cluster.CoreVcpus} vCPU à la demande");
            if (cluster.TaskVcpus > 0)
                text.Append($", {cluster.TaskVcpus} vCPU {(cluster.Spot ? "Spot" : "à la demande")} pour les tâches");
        }

        text.Append('\n');
        if (facts.Plan?.Cluster?.TypesLeftOut is { Count: > 0 } leftOut)
            text.Append($"Non proposés ici par {facts.Plan.Cluster.ReleaseLabel}, donc écartés : {string.Join(", ", leftOut)}\n");
    }

    private static void Spent(StringBuilder text, RunFacts facts)
    {
        if (facts is { ClusterAge: { } age, CostSoFar: { } cost, Plan.Estimate: { } estimate })
            text.Append($"Durée du cluster : {Figures.Duration(age)}, environ {Figures.Money(cost, estimate.Currency)} (prix du {estimate.PriceDate})\n");
    }

    private static void Links(StringBuilder text, RunFacts facts, bool withReport)
    {
        text.Append('\n');
        if (withReport && facts.OutputUri is not null)
        {
            text.Append($"Rapport : {facts.ReportUrl ?? facts.OutputUri + Contracts.RunLayout.Report}\n");
            text.Append($"Tout : aws s3 sync {facts.OutputUri} .\n");
        }

        if (facts.ExecutionUrl is not null)
            text.Append($"Exécution : {facts.ExecutionUrl}\n");
    }
}
