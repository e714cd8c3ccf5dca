using MailAdmin.Core.Administrators;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Overview;

/// <summary>What one subject adds to the first sentence of the overview. Registered as a singleton beside the subject's pages; the overview finds it by itself.</summary>
public interface IOverviewPart
{
    /// <summary>What the subject is called where it is not looked at: <c>delivery</c>, <c>queue</c>, <c>certificates</c>.</summary>
    string Subject { get; }

    /// <summary>What is known now, quickly (from memory or one small query); null when nothing is known yet, or the actor may not see it.</summary>
    Task<OverviewPartState?> ReadAsync(Actor actor, CancellationToken ct);
}

/// <summary>What a subject knows at this moment.</summary>
/// <param name="Tone">Good only for what was seen from outside.</param>
/// <param name="Headline">Two to seven words, shown when this is the worst: <c>Mail is delayed.</c></param>
/// <param name="Sentence">One short sentence with its proof: <c>Certificates good for 61 days.</c></param>
/// <param name="Action">What to do, or where to see more; null when there is nothing.</param>
/// <param name="Link">Where that is.</param>
public sealed record OverviewPartState(Tone Tone, string Headline, string Sentence, string? Action = null, string? Link = null)
{
    /// <summary>True for the part that proves that mail flows; when it is good, the overview may say that mail works.</summary>
    public bool ProvesMail { get; init; }
}
