namespace MailAdmin.Core.Certificates.Acme.Protocol;

/// <summary>What a kind of problem means for the person: whether waiting can help, and what to do.</summary>
/// <remarks>Source of the kinds: RFC 8555 6.7, RFC 9773 5, draft-ietf-acme-profiles.</remarks>
public static class ProblemWords
{
    /// <summary>True when time alone may mend it.</summary>
    public static bool WaitingHelps(AcmeProblem problem) => problem.Type switch
    {
        "rateLimited" or "serverInternal" or "badNonce" or "orderNotReady" => true,
        // The authority could not reach us or DNS: that is often on its way to being mended, or passes.
        "connection" or "dns" or "tls" => true,
        "" => problem.Status is 0 or 408 or 425 or 429 or >= 500,
        _ => false,
    };

    /// <summary>What to do, in one sentence; empty when the kind is unknown.</summary>
    public static string NextStep(AcmeProblem problem) => problem.Type switch
    {
        "accountDoesNotExist" => "The authority does not know the account any more: make a new one.",
        "alreadyRevoked" => "It is revoked already; nothing is left to do.",
        "badCSR" or "badPublicKey" or "badSignatureAlgorithm" => "Order again with another kind of key.",
        "badRevocationReason" => "Choose another reason.",
        "caa" => "Change the CAA record so that it permits this authority, account and method, or remove it.",
        "compound" => "See what it says for each name.",
        "connection" => "Let the authority reach port 80 of every address of the name, IPv6 too: firewall, port forwarding, an old AAAA record.",
        "dns" => "Look at the name's A, AAAA and TXT records and at DNSSEC; the authority could not resolve it.",
        "externalAccountRequired" => "Get a key id and a MAC key from the authority's web site, and give them when making the account.",
        "incorrectResponse" => "Something else answers for the name: look at where its A and AAAA records lead, and at caches and proxies before port 80.",
        "invalidContact" or "unsupportedContact" => "Change the account's contact address.",
        "invalidProfile" => "Choose one of the profiles that the authority offers.",
        "malformed" => "The authority does not accept the request as it is; read its words.",
        "rateLimited" => "Wait until the time named; more tries only use up more of the limit.",
        "rejectedIdentifier" or "unsupportedIdentifier" => "This authority does not issue for the name; leave it out or choose another authority.",
        "serverInternal" => "The authority has trouble of its own; see its status page.",
        "tls" => "A redirect led the authority to a TLS server that it could not talk to.",
        "unauthorized" => "The authority read something else than our answer, or the account may not do this: look at where the name's A and AAAA records lead.",
        "userActionRequired" => "The authority asks a person to do something first, often to read new terms: see the address in its words.",
        _ => "",
    };
}
