using MailAdmin.Core.Certificates.Acme.Orders;

namespace MailAdmin.Core.Certificates.Acme.Challenges;

/// <summary>One way to prove a name: puts the answer in its place, looks whether it can be seen, takes it away.</summary>
internal interface IChallengeResponder
{
    /// <summary>The way.</summary>
    ChallengeKind Kind { get; }

    /// <summary>The protocol's name for it: <c>http-01</c> or <c>dns-01</c>.</summary>
    string Type { get; }

    /// <summary>Where the answer to a name belongs; empty when there is no place.</summary>
    Task<string> PlaceAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct);

    /// <summary>Puts the answer there. Again is the same as once.</summary>
    /// <exception cref="ChallengeException">It could not.</exception>
    Task PutAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct);

    /// <summary>Looks whether the authority will see it.</summary>
    Task<Sight> LookAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct);

    /// <summary>Takes it away.</summary>
    /// <exception cref="ChallengeException">It could not.</exception>
    Task RemoveAsync(AcmeOrder order, ChallengeAnswer answer, CancellationToken ct);
}
