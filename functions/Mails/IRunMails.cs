namespace Pomona.Functions.Mails;

/// <summary>The mails about runs, in one language.</summary>
internal interface IRunMails
{
    /// <summary>The cluster is up and the job begins.</summary>
    Mail Ready(RunFacts facts);

    /// <summary>The run finished.</summary>
    Mail Finished(RunFacts facts);

    /// <summary>The run failed.</summary>
    Mail Failed(RunFacts facts);

    /// <summary>The run would cost more than the budget.</summary>
    Mail OverBudget(RunFacts facts);
}
