namespace MailAdmin.Core.Delivery.Causes;

/// <summary>Enhanced status codes in plain words.</summary>
/// <remarks>Source: RFC 3463, RFC 7504 (null MX), RFC 7372 (authentication failures). The first digit says whether it is for now (4) or for good (5); the words are the same.</remarks>
internal static class EnhancedCodes
{
    public static Cause? Find(string? dsn) =>
        dsn is { Length: >= 5 } && dsn[1] == '.' && dsn[0] is '4' or '5' && Known.TryGetValue(dsn[2..], out var cause) ? cause : null;

    private static readonly Dictionary<string, Cause> Known = new(StringComparer.Ordinal)
    {
        ["1.0"] = new("Address", "The receiving server does not take the address.", Who.Sender, "Check the address for typing errors."),
        ["1.1"] = new("No such address", "The receiving server has no such address.", Who.Sender, "Check the address for typing errors; if it belongs to a domain served here, add the mailbox or an alias."),
        ["1.2"] = new("Domain not found", "The recipient's domain does not exist or takes no mail.", Who.Sender, "Check the domain for typing errors."),
        ["1.3"] = new("Bad address", "The address is not written as an address.", Who.Sender, "Correct the address."),
        ["1.4"] = new("Address not clear", "The address fits more than one mailbox.", Who.Recipient, "The recipient's administrator has to make it clear."),
        ["1.6"] = new("Mailbox moved", "The mailbox moved and left no forward.", Who.Sender, "Ask the recipient for the new address."),
        ["1.7"] = new("Bad sender address", "The sender's address is not written as an address.", Who.Sender, "Correct the sender address."),
        ["1.8"] = new("Sender's domain not found", "The domain of the sender has no address in DNS, so nobody could answer it.", Who.Sender, "The sender has to use an address in a domain that exists, or mend its DNS."),
        ["1.10"] = new("Domain takes no mail", "The recipient's domain says in DNS that it takes no mail (null MX).", Who.Sender, "Use another address."),
        ["2.0"] = new("Mailbox", "Something is wrong with the recipient's mailbox.", Who.Recipient, "The recipient's administrator has to look."),
        ["2.1"] = new("Mailbox closed", "The recipient's mailbox is closed.", Who.Recipient, "The recipient has to have it opened again."),
        ["2.2"] = new("Mailbox full", "The recipient's mailbox is full.", Who.Recipient, "The recipient has to delete mail, or gets a larger quota."),
        ["2.3"] = new("Too large", "The message is larger than the mailbox takes.", Who.Sender, "Send a link instead of the file."),
        ["2.4"] = new("Mailing list", "The mailing list could not be expanded.", Who.Recipient, "Who runs the list has to look."),
        ["3.0"] = new("Server's state", "The receiving server has a problem of its own.", Who.Recipient, "Postfix tries again by itself if it is for now."),
        ["3.1"] = new("Disk full", "The receiving server has no room.", Who.Recipient, "Its administrator has to free space."),
        ["3.2"] = new("Server closed for now", "The receiving server takes no mail at the moment.", Who.Recipient, "Postfix tries again by itself."),
        ["3.3"] = new("Not supported", "The receiving server cannot do what the message needs.", Who.Sender, "Send it in a plainer form, for example without international characters in the address."),
        ["3.4"] = new("Too large", "The message is larger than the receiving server takes.", Who.Sender, "Send a link instead of the file."),
        ["3.5"] = new("Configuration here", "A server's configuration is wrong.", Who.Us, "Look for warnings of the same minute in the log."),
        ["4.0"] = new("Network", "The network or the way to the server failed.", Who.Us, "Check this server's network."),
        ["4.1"] = new("Server does not answer", "The other server did not answer.", Who.Recipient, "Postfix tries again by itself. If no server can be reached, check whether outgoing port 25 is closed here."),
        ["4.2"] = new("Connection lost", "The other server hung up in the middle.", Who.Recipient, "Postfix tries again by itself."),
        ["4.3"] = new("DNS failed", "A look-up in DNS failed.", Who.Us, "Check this server's name server; if others resolve, the domain's own DNS is broken."),
        ["4.4"] = new("No way there", "No server for the recipient's domain could be found.", Who.Sender, "Check the domain for typing errors."),
        ["4.5"] = new("Server busy", "The receiving server has too much to do.", Who.Nobody, "Postfix tries again by itself."),
        ["4.6"] = new("Mail loop", "The message came back to where it had been.", Who.Us, "An alias or a forward leads in a circle."),
        ["4.7"] = new("Too long in the queue", "The message was tried until its time was over.", Who.Us, "See why the tries before failed, mend that, and send it again."),
        ["5.0"] = new("Protocol error", "The two servers did not understand each other.", Who.Us, "Read the reply; a device between them may alter the conversation."),
        ["5.1"] = new("Protocol error", "A command was not allowed at this point.", Who.Sender, "Read the reply; sign in first if that is what it asks for."),
        ["5.2"] = new("Protocol error", "A command was not understood.", Who.Sender, "Read the reply."),
        ["5.3"] = new("Too many recipients", "The message has more recipients than the server takes at once.", Who.Sender, "Send it in parts."),
        ["5.4"] = new("Protocol error", "A command had a wrong argument.", Who.Sender, "Read the reply."),
        ["6.0"] = new("Content", "The receiving server does not take the content.", Who.Sender, "Read the reply."),
        ["6.1"] = new("Content", "The receiving server does not take this kind of content.", Who.Sender, "Send it in another form."),
        ["6.7"] = new("International address", "The receiving server does not take international addresses.", Who.Sender, "Use an address of plain letters."),
        ["7.0"] = new("Policy", "The receiving server refuses it by its policy.", Who.Sender, "Read the reply; check SPF, DKIM, DMARC and reverse DNS of the sending server."),
        ["7.1"] = new("Policy", "The receiving server refuses it by its policy.", Who.Sender, "Read the reply; check SPF, DKIM, DMARC and reverse DNS of the sending server."),
        ["7.2"] = new("Mailing list", "The sender may not write to this list.", Who.Sender, "Join the list, or ask who runs it."),
        ["7.4"] = new("Encryption", "The security that the message needs is not offered.", Who.Recipient, "The recipient's server has to offer TLS."),
        ["7.5"] = new("Encryption", "The servers could not agree on encryption.", Who.Us, "Check TLS versions and certificate here and there."),
        ["7.8"] = new("Sign-in failed", "Name or password were wrong.", Who.Sender, "Enter the password again in the mail program."),
        ["7.9"] = new("Sign-in too weak", "The way of signing in is not strong enough here.", Who.Sender, "Turn on encryption in the mail program."),
        ["7.20"] = new("DKIM", "No DKIM signature passed.", Who.Sender, "Check that mail is signed, and that the key in DNS is the one that signs."),
        ["7.23"] = new("SPF", "The SPF check failed.", Who.Sender, "Add the sending server to the domain's SPF record."),
        ["7.25"] = new("Reverse DNS", "The sending server's address has no name in DNS (PTR), or the name does not lead back.", Who.Sender, "Who runs the sending address has to set its PTR record."),
        ["7.26"] = new("Authentication of mail", "Several checks of where the message comes from failed.", Who.Sender, "Check SPF, DKIM and DMARC of the sender's domain."),
        ["7.27"] = new("Sender takes no mail", "The sender's domain says that it takes no mail, so nobody could answer it.", Who.Sender, "Use a sender address that can be answered."),
    };
}
