using MailAdmin.Core;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Web.Live;

/// <summary>Something a page reads: still on its way, refused or failed with the reason, or there.</summary>
public abstract record Reading<T>
{
    private Reading() { }

    /// <summary>On its way.</summary>
    public sealed record Busy : Reading<T>;

    /// <summary>Not to be had: why, and what to do.</summary>
    /// <param name="IsGone">True when the thing does not exist, so that trying again does not help.</param>
    public sealed record Failed(string Sentence, string NextStep, bool IsGone) : Reading<T>;

    /// <summary>There.</summary>
    public sealed record Ready(T Value) : Reading<T>;

    /// <summary>The value, when it is there.</summary>
    public T? Known => this is Ready ready ? ready.Value : default;
}

/// <summary>Reads for pages: the boundary where what failed becomes something that is shown.</summary>
public static class Reading
{
    /// <summary>Asks a service. A "no" and a fault both come back as <see cref="Reading{T}.Failed"/>; only cancellation escapes.</summary>
    public static async Task<Reading<T>> OfAsync<T>(Func<Task<Outcome<T>>> read, ILogger log)
    {
        try
        {
            return await read() switch
            {
                Outcome<T>.Accepted accepted => new Reading<T>.Ready(accepted.Value),
                Outcome<T>.Refused { Reasons: [var first, ..] } => new Reading<T>.Failed(first.Sentence, first.NextStep, first is NotFound or NotPermitted),
                _ => new Reading<T>.Failed("Nothing came back.", "Try again.", false),
            };
        }
        catch (HostBusyException e)
        {
            return new Reading<T>.Failed(e.Message, "Somebody else works on the host. Try again in a moment.", false);
        }
        catch (HostException e)
        {
            return new Reading<T>.Failed(e.Message, "See whether the host runs and can be read, then try again.", false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "A page could not read what it shows.");
            return new Reading<T>.Failed("This could not be read.", "Try again. The portal's log has the details.", false);
        }
    }
}
