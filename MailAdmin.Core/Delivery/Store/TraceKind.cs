namespace MailAdmin.Core.Delivery.Store;

/// <summary>What an entry of the store is about.</summary>
public enum TraceKind
{
    /// <summary>A message that got a queue id.</summary>
    Message = 0,
    /// <summary>Mail refused before it had one.</summary>
    Reject = 1,
    /// <summary>Somebody signed in to read mail.</summary>
    Login = 2,
    /// <summary>A sign-in to read mail failed.</summary>
    LoginFailed = 3,
    /// <summary>A sign-in to send mail failed.</summary>
    SaslFailed = 4,
}
