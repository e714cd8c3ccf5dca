namespace MailAdmin.Web;

/// <summary>The first seconds of the portal belong to who waits for its first answer: on a small machine both at once take twice as long.</summary>
internal static class FirstSeconds
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    /// <summary>What goes on by itself waits for this before it begins.</summary>
    /// <exception cref="OperationCanceledException">The portal ends already.</exception>
    public static Task PassAsync(TimeProvider time, CancellationToken ct) => Task.Delay(Length, time, ct);
}
