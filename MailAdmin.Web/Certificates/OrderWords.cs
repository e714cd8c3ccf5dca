using MailAdmin.Core.Certificates.Acme.Orders;
using MailAdmin.Core.Certificates.Acme.Preflight;
using MailAdmin.Web.Controls;

namespace MailAdmin.Web.Certificates;

/// <summary>What the states of orders are called on pages.</summary>
internal static class OrderWords
{
    public static (Tone Tone, string Word) Of(AcmeOrderView order) => order.Standing switch
    {
        OrderStanding.Done => (Tone.Good, "Served"),
        OrderStanding.Failed => (Tone.Bad, "Failed"),
        OrderStanding.Cancelled => (Tone.Quiet, "Cancelled"),
        OrderStanding.WaitingForRecord => (Tone.Warn, "Waits for a record"),
        OrderStanding.Waiting => (Tone.Warn, order.Failure.Length > 0 ? "Tries again" : "Waits"),
        OrderStanding.Running => (Tone.Quiet, "Under way"),
    };

    public static Tone Of(VerdictLevel level) => level switch
    {
        VerdictLevel.Good => Tone.Good,
        VerdictLevel.Warning => Tone.Warn,
        VerdictLevel.Blocks => Tone.Bad,
    };

    public static string WordOf(VerdictLevel level) => level switch
    {
        VerdictLevel.Good => "Good",
        VerdictLevel.Warning => "Look",
        VerdictLevel.Blocks => "Stops",
    };

    public static string Of(ChallengeKind kind) => kind switch
    {
        ChallengeKind.Http => "over HTTP, answered by MailAdmin",
        ChallengeKind.WebRoot => "over HTTP, from a web root",
        ChallengeKind.Dns => "in DNS, by update",
        ChallengeKind.Manual => "in DNS, by hand",
    };

    public static string Of(OrderKeys keys) => keys switch
    {
        OrderKeys.Ecdsa => "ECDSA P-256",
        OrderKeys.Rsa => "RSA 3072",
        OrderKeys.Both => "RSA and ECDSA",
    };

    /// <summary>The stations on the way, and from which state each is behind.</summary>
    public static IReadOnlyList<(string Name, OrderState From)> Stations { get; } =
    [
        ("Checked", OrderState.Authorising), ("Names proven", OrderState.Ready), ("Issued", OrderState.Valid), ("Stored", OrderState.Stored), ("Served on every port", OrderState.Deployed),
    ];
}
