namespace Pomona.Functions.Events;

/// <summary>What a state change is about.</summary>
internal enum StateChangeSubject
{
    /// <summary>An EMR cluster.</summary>
    Cluster,

    /// <summary>A step of an EMR cluster.</summary>
    Step,

    /// <summary>An execution of a state machine.</summary>
    Execution,
}
