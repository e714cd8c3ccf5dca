namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Takes what a tracer has found, once each.</summary>
public interface ITraceSink
{
    /// <summary>A message that is done with, or of which nothing more is expected. It does not change afterwards.</summary>
    void Take(Trace message);

    /// <summary>Mail refused before the queue.</summary>
    void Take(RejectedMail rejected);
}

/// <summary>Also wants to know of messages that are not done with yet.</summary>
internal interface ITraceChanges
{
    /// <summary>A message changed since it was last looked at. It is told once, until its mark is taken off.</summary>
    void Changed(Trace message);
}
