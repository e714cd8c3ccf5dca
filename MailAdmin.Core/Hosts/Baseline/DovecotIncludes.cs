namespace MailAdmin.Core.Hosts.Baseline;

/// <summary>Takes out of force what the distribution's own Dovecot files include and the baseline must not have: system users.</summary>
public static class DovecotIncludes
{
    private const string Mark = "#mailadmin: only mailboxes log in here# ";

    /// <summary>The same bytes with <c>!include auth-system.conf.ext</c> commented out, the former line kept behind the mark.</summary>
    public static byte[] WithoutSystemUsers(ReadOnlySpan<byte> content)
    {
        var lines = PostfixLines.Decode(content).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var words = lines[i].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["!include" or "!include_try", "auth-system.conf.ext", ..]) lines[i] = Mark + lines[i];
        }
        return PostfixLines.Encode(string.Join('\n', lines));
    }
}
