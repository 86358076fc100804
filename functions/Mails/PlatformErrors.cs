using Pomona.Contracts;

namespace Pomona.Functions.Mails;

/// <summary>
/// What the errors of Step Functions, Lambda and EMR mean for a run, and where to look: many of them come with a name and no
/// words at all. The names are from https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html and
/// EMR's API model.
/// </summary>
internal static class PlatformErrors
{
    private static readonly (string Name, string English, string French, Place Look)[] Known =
    [
        ("States.HeartbeatTimeout",
            "The job has not reported for 15 minutes: its process hangs, or the nodes do not reach Step Functions",
            "Le calcul n'a pas donné de nouvelles pendant 15 minutes : il est bloqué, ou les nœuds n'atteignent pas Step Functions",
            Place.Step),
        ("States.Timeout",
            "Something took longer than it may: an answer of AWS longer than a minute or two",
            "Une étape a dépassé sa durée permise : une réponse d'AWS plus d'une minute ou deux",
            Place.Execution),
        ("States.Permissions",
            "The workflow's role may not do what it has to: deploy the stack again, and look for a service control policy or permissions boundary",
            "Le rôle du workflow n'a pas les droits nécessaires : redéployez, et cherchez une SCP ou une limite de permissions",
            Place.Execution),
        ("States.DataLimitExceeded",
            "An answer was larger than the 256 KB that a workflow may carry",
            "Une réponse dépassait les 256 Ko qu'un workflow peut porter",
            Place.Execution),
        ("States.Runtime",
            "The workflow met an answer without what it always holds: a fault of Pomona's, please report it",
            "Le workflow a reçu une réponse incomplète : une erreur de Pomona, merci de la signaler",
            Place.Execution),
        ("Lambda.TooManyRequestsException",
            "More functions ran at once than the account may (its quota \"Concurrent executions\"), for many minutes",
            "Trop de fonctions tournaient en même temps pour le compte (quota « Concurrent executions »), pendant de longues minutes",
            Place.Execution),
        ("Runtime.OutOfMemory",
            "A function needed more memory than it has (of those that run a run's numbers: the parameter FunctionMemory)",
            "Une fonction a manqué de mémoire (pour celles qui traitent les images : le paramètre FunctionMemory)",
            Place.Execution),
        ("Runtime.ExitError",
            "A function's process ended under its work, most often for want of memory (of those that run a run's numbers: the parameter FunctionMemory)",
            "Le processus d'une fonction s'est arrêté en plein travail, le plus souvent faute de mémoire (pour celles qui traitent les images : le paramètre FunctionMemory)",
            Place.Execution),
        ("Task timed out",
            "A function was not done within the time that it may take",
            "Une fonction a dépassé la durée qui lui est permise",
            Place.Execution),
        ("Sandbox.Timedout",
            "A function was not done within the time that it may take",
            "Une fonction a dépassé la durée qui lui est permise",
            Place.Execution),
        ("BOOTSTRAP_FAILURE",
            "A node could not install what it needs. No log there at all means that it did not reach Amazon S3",
            "Un nœud n'a pas pu installer le nécessaire. L'absence de tout journal signifie qu'il n'a pas atteint Amazon S3",
            Place.Bootstrap),
        ("VALIDATION_ERROR",
            "EMR cannot make a cluster as it was asked for (a subnet, a key pair, a type): ./pomona cloud check looks at what it needs",
            "EMR ne peut pas créer le cluster demandé (sous-réseau, clé, type) : ./pomona cloud check vérifie ce qu'il lui faut",
            Place.Execution),
        ("exceeds the EC2 service quota",
            "The account's quota of vCPUs is used up, perhaps by others: ./pomona cloud check shows it, MaxVcpus and MaxStackVcpus must fit it",
            "Le quota de vCPU du compte est épuisé, peut-être par d'autres : ./pomona cloud check le montre, MaxVcpus et MaxStackVcpus doivent y tenir",
            Place.Execution),
        ("INTERNAL_ERROR",
            "EMR or EC2 failed, not what was asked for",
            "Une panne d'EMR ou d'EC2, pas de ce qui était demandé",
            Place.Execution),
        ("INSTANCE_FAILURE",
            "EC2 took a node away that the cluster cannot do without",
            "EC2 a retiré un nœud indispensable au cluster",
            Place.Execution),
        ("INSTANCE_FLEET_TIMEOUT",
            "EC2 had too few instances of all types that were asked for: more subnets and types help",
            "EC2 n'avait pas assez d'instances de tous les types demandés : davantage de sous-réseaux et de types aident",
            Place.Execution),
        ("Pomona.StepCancelled",
            "Somebody cancelled the step",
            "Quelqu'un a annulé l'étape",
            Place.Step),
        ("Pomona.ClusterEnded",
            "The cluster ended under the job",
            "Le cluster s'est arrêté pendant le calcul",
            Place.Step),
        ("Pomona.StepFailed",
            "The job ended with an error; its own sentence is the reason",
            "Le calcul s'est terminé par une erreur, indiquée dans la raison",
            Place.Step),
        ("States.",
            "Step Functions itself gave the run up",
            "Step Functions a abandonné le calcul",
            Place.Execution),
    ];

    private enum Place
    {
        Execution,
        Step,
        Bootstrap,
    }

    /// <summary>Where a cluster's logs are; null where there is none, or its bucket is not known.</summary>
    /// <param name="outputUri">The run's folder, for the bucket's name.</param>
    /// <param name="clusterId">The cluster.</param>
    public static string? LogsOf(string? outputUri, string? clusterId)
        => clusterId is not null && outputUri?.Split('/', 4) is ["s3:", "", { Length: > 0 } bucket, ..] ? $"s3://{bucket}/{BucketLayout.ClusterLogs(clusterId)}" : null;

    /// <summary>A sentence and a place to look; null for an error that needs none.</summary>
    /// <param name="language">The mail's.</param>
    /// <param name="said">The error's name and words.</param>
    /// <param name="outputUri">The run's folder, for the bucket's name; null when it is not known.</param>
    /// <param name="clusterId">The cluster; null without one.</param>
    public static string? Explain(MailLanguage language, string? said, string? outputUri, string? clusterId)
    {
        if (said is null || Array.Find(Known, known => said.Contains(known.Name, StringComparison.Ordinal)) is not { Name: not null } found)
            return null;

        var logs = LogsOf(outputUri, clusterId);
        var place = (found.Look, logs) switch
        {
            (Place.Step, not null) => logs + "steps/",
            (Place.Bootstrap, not null) => logs + "node/",
            _ => null,
        };
        return language == MailLanguage.French
            ? $"{found.French}. {(place is null ? "L'historique de l'exécution montre où" : $"Voir {place} (les journaux y arrivent après quelques minutes)")}."
            : $"{found.English}. {(place is null ? "The execution's history shows where" : $"Look at {place} (logs come there after some minutes)")}.";
    }
}
