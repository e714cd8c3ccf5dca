namespace MailAdmin.Core.Delivery.Traces;

/// <summary>Takes what a tracer has found, once each.</summary>
public interface ITraceSink
{
    /// <summary>A message that is done with, or of which nothing more is expected. It does not change afterwards.</summary>
    void Take(Trace message);

    /// <summary>Mail refused before the queue.</summary>
    void Take(RejectedMail rejected);
}
