using MailAdmin.Core;
using MailAdmin.Core.Hosts;

namespace MailAdmin.Web.Live;

/// <summary>Asks services for changes on behalf of a page.</summary>
public static class Asked
{
    /// <summary>What came of it; a fault becomes a refusal that can be shown beside those of the service. Only cancellation escapes.</summary>
    public static async Task<Outcome<T>> OfAsync<T>(Func<Task<Outcome<T>>> act, ILogger log)
    {
        try
        {
            return await act();
        }
        catch (HostBusyException e)
        {
            return new WorldFailed(e.Message, "Somebody else works on the host. Try again in a moment.");
        }
        catch (HostException e)
        {
            return new WorldFailed(e.Message, "See whether the host runs and can be read, then try again.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogError(e, "A page could not do what it was asked for.");
            return new WorldFailed("This did not work, and it is not known why.", "Look at what is there now before you try again. The portal's log has the details.");
        }
    }
}

/// <summary>Something outside failed while a page asked for a change.</summary>
public sealed record WorldFailed(string Sentence, string NextStep) : Refusal("", null, Sentence, NextStep);
