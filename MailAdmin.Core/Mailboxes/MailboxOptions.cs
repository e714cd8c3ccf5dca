using Microsoft.Extensions.Options;

namespace MailAdmin.Core.Mailboxes;

/// <summary>Settings of mailboxes, aliases and domains, section <c>Mailboxes</c>.</summary>
public sealed class MailboxOptions
{
    /// <summary>How long a mailbox, alias or domain stays in trash before it is removed for good, 1 hour to 3650 days. Default 30 days.</summary>
    public TimeSpan TrashKeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Most addresses that one alias may lead to, its aliases' targets included, 1 to 1000. Default 1000, as in Postfix (<c>virtual_alias_expansion_limit</c>).</summary>
    public int MostTargets { get; set; } = 1000;
}

internal sealed class MailboxOptionsRules : IValidateOptions<MailboxOptions>
{
    public ValidateOptionsResult Validate(string? name, MailboxOptions options)
    {
        List<string> wrong = [];
        if (options.TrashKeepFor < TimeSpan.FromHours(1) || options.TrashKeepFor > TimeSpan.FromDays(3650)) wrong.Add($"Mailboxes:TrashKeepFor must be between 01:00:00 and 3650.00:00:00 (is {options.TrashKeepFor}).");
        if (options.MostTargets is < 1 or > 1000) wrong.Add($"Mailboxes:MostTargets must be between 1 and 1000 (is {options.MostTargets}).");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
