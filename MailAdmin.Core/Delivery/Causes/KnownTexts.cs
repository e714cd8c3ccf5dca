namespace MailAdmin.Core.Delivery.Causes;

/// <summary>Replies that are recognised by their words, whatever their code. The first that fits is taken, so special ones stand before general ones.</summary>
internal static class KnownTexts
{
    public static Cause? Find(string text, bool isTemporary)
    {
        foreach (var (words, onlyTemporary, cause) in Known)
            if ((!onlyTemporary || isTemporary) && words.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase))) return cause;
        return null;
    }

    private static readonly (string[] Words, bool OnlyTemporary, Cause Cause)[] Known =
    [
        (["greylist", "graylist", "try again later, please", "postgrey"], true,
            new("Greylisted", "The receiving server puts off senders it does not know yet.", Who.Nobody, "Nothing to do: the next tries get through, mostly within half an hour.")),
        (["relay access denied", "relaying denied", "unable to relay", "relay not permitted", "not permitted to relay", "we do not relay"], false,
            new("Relay denied", "The server was asked to carry mail for a domain that is not its own, by someone who had not signed in.", Who.Sender, "Sign in to send mail. If the domain should be served here, add it.")),
        (["user unknown", "unknown user", "no such user", "user doesn't exist", "user does not exist", "does not exist", "recipient unknown", "mailbox not found", "no mailbox here", "no such recipient", "unknown recipient", "invalid recipient", "address unknown", "account that you tried to reach"], false,
            new("No such address", "The receiving server has no such address.", Who.Sender, "Check the address for typing errors; if it belongs to a domain served here, add the mailbox or an alias.")),
        (["quota exceeded", "over quota", "overquota", "mailbox is full", "mailbox full", "mailbox for user is full", "insufficient storage", "not enough space", "exceeded storage"], false,
            new("Mailbox full", "The recipient's mailbox is full.", Who.Recipient, "The recipient has to delete mail, or gets a larger quota.")),
        (["dmarc"], false,
            new("DMARC policy", "The message failed the DMARC check of its From domain, whose owner asks to refuse such mail.", Who.Sender, "Send through a server that the domain's SPF record lists and that signs with its DKIM key.")),
        (["spf check", "spf fail", "spf validation", "spf:", "not allowed to send", "is not authorized to send", "sender policy framework", "openspf"], false,
            new("SPF", "The sending server is not among those that the sender's domain allows.", Who.Sender, "Add the sending server to the domain's SPF record, or send through one that is listed.")),
        (["dkim"], false,
            new("DKIM", "The message's DKIM signature is missing or not valid.", Who.Sender, "Check that mail is signed, and that the key in DNS is the one that signs.")),
        (["domain not found", "sender address rejected: unknown", "unrouteable sender", "malformed dns server reply"], false,
            new("Sender's domain not found", "The domain of the sender has no address in DNS, so nobody could answer it.", Who.Sender, "The sender has to use an address in a domain that exists, or mend its DNS.")),
        (["cannot find your reverse hostname", "reverse dns", "rdns", "ptr record", "no ptr", "reverse lookup", "cannot find your hostname", "client host rejected: cannot find"], false,
            new("Reverse DNS", "The sending server's address has no name in DNS (PTR), or the name does not lead back.", Who.Sender, "Who runs the sending address has to set its PTR record to a name that resolves to it.")),
        (["blocked using", "blacklist", "blocklist", "block list", "black list", "spamhaus", "spamcop", "barracuda", "dnsbl", "rbl", "listed at", "poor reputation", "bad reputation", "low reputation"], false,
            new("On a block list", "The sending address stands on a block list, or has a bad reputation.", Who.Sender, "Follow the link in the reply, find out why the address is listed, mend that, and ask for removal.")),
        (["starttls", "tls required", "encryption required", "encryption needed", "tls is required", "must issue a starttls"], false,
            new("Encryption demanded", "One of the two servers demands encryption, and it could not be agreed on.", Who.Us, "Check that TLS is on for outgoing and incoming mail, and that the certificate is valid.")),
        (["certificate", "dane", "mta-sts", "server certificate not", "not trusted"], false,
            new("Certificate", "The other server's certificate is not what was promised for it.", Who.Recipient, "Its administrator has to renew the certificate or correct the TLSA or MTA-STS record.")),
        (["not owned by user"], false,
            new("Sender not owned", "The account that signed in may not send under this address.", Who.Sender, "Send as the account's own address, or give the account the right to send as this one (Mailboxes, Sending rights).")),
        (["authentication required", "must be authenticated", "auth required", "not logged in"], false,
            new("Sign-in needed", "Mail under this address is taken from its own account only, and nobody had signed in.", Who.Sender, "Sign in with the account that owns the sender address.")),
        (["message size exceeds", "message too large", "too big", "size limit", "exceeds size", "exceeds fixed limit", "exceeded maximum"], false,
            new("Too large", "The message is larger than the receiving server takes.", Who.Sender, "Send a link instead of the file, or ask for a larger limit.")),
        (["connection timed out", "timed out while", "conversation with", "timeout"], false,
            new("Server does not answer", "The other server did not answer in time.", Who.Recipient, "Postfix tries again by itself. If no server can be reached, check whether outgoing port 25 is closed here.")),
        (["connection refused"], false,
            new("Connection refused", "Nothing listens where the message should go.", Who.Recipient, "If it is this server's own Dovecot or filter, start it; else its administrator has to.")),
        (["no route to host", "network is unreachable", "host is unreachable"], false,
            new("No way there", "The network has no way to the other server.", Who.Us, "Check this server's network, IPv6 included.")),
        (["lost connection with", "connection reset", "broken pipe"], false,
            new("Connection lost", "The other server hung up in the middle.", Who.Recipient, "Postfix tries again by itself. If it happens with one server only, its administrator has to look.")),
        (["host or domain name not found", "name service error", "host not found", "domain does not exist", "unrouteable address", "malformed or unexpected name server reply", "no mx"], false,
            new("Domain not found", "The recipient's domain does not exist in DNS, or has no mail server.", Who.Sender, "Check the domain for typing errors. If it is right, DNS may be broken here or there.")),
        (["mail for", "loops back to myself", "too many hops", "mail forwarding loop", "loop detected"], false,
            new("Mail loop", "The message came back to where it had been.", Who.Us, "An alias or a forward leads in a circle, or a domain's mail server is this one without being served here.")),
        (["too many connections", "rate limit", "ratelimit", "too many messages", "too many recipients", "throttl", "too much mail", "exceeded the rate", "unusual rate"], false,
            new("Too much at once", "The receiving server takes only so much in a time.", Who.Us, "Postfix tries again by itself. If it goes on, send more slowly to this destination, and look for a mailbox that sends spam.")),
        (["spam", "junk", "unsolicited", "content rejected", "message rejected due to content", "policy reasons", "rejected by content", "virus", "malware", "phishing"], false,
            new("Taken for spam", "The receiving server takes the message for spam or for dangerous.", Who.Sender, "Change the content, and check SPF, DKIM, DMARC and reverse DNS of the sending server.")),
        (["account disabled", "account is disabled", "mailbox disabled", "account has been disabled", "mailbox unavailable", "inactive", "suspended"], false,
            new("Mailbox closed", "The recipient's mailbox is closed.", Who.Recipient, "The recipient has to have it opened again.")),
        (["need fully-qualified", "helo command rejected", "invalid name", "helo"], false,
            new("Bad HELO", "The client introduced itself with a name that is none.", Who.Sender, "Who runs the client has to set its host name. Real mail servers rarely do this; most such clients send spam.")),
        (["protocol error", "improper command pipelining", "syntax error"], false,
            new("Protocol error", "The client did not keep to the rules of SMTP.", Who.Sender, "Most such clients send spam; a real one needs its software mended.")),
        (["local configuration error", "server configuration error", "server configuration problem", "temporary lookup failure", "mail system configuration", "queue file write error", "internal error", "temporary internal error", "unable to look up"], false,
            new("Configuration here", "This server's own configuration or one of its look-ups failed.", Who.Us, "Look for warnings and errors of the same minute in the log.")),
        (["disk full", "no space left", "insufficient system storage"], false,
            new("Disk full", "The server's disk is full.", Who.Us, "Free space on the disk of the server named in the reply.")),
    ];
}
