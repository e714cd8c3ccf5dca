namespace MailAdmin.Core.Transfer;

/// <summary>Accounts as one tree, in YAML or JSON: domains, and in each its mailboxes and aliases. What is left out is left unchanged.</summary>
public sealed class AccountTree
{
    /// <summary>The domains.</summary>
    public List<TreeDomain>? Domains { get; set; }

    /// <summary>The tree as rows: each domain, then its mailboxes, then its aliases. The row's number counts through the tree.</summary>
    /// <exception cref="ImportFormatException">There are too many, or there is an empty place in a list.</exception>
    public IEnumerable<ImportRow> Rows()
    {
        var number = 0;
        foreach (var domain in Domains ?? [])
        {
            if (domain is null) throw new ImportFormatException("A domain in the list is empty. Remove it, or give its name.");
            yield return domain.Row(Next());
            foreach (var mailbox in domain.Mailboxes ?? []) yield return mailbox?.Row(Next(), domain.Name) ?? throw new ImportFormatException($"A mailbox of {Addresses.ShownText.Of(domain.Name)} is empty. Remove it, or give its address.");
            foreach (var alias in domain.Aliases ?? []) yield return alias?.Row(Next(), domain.Name) ?? throw new ImportFormatException($"An alias of {Addresses.ShownText.Of(domain.Name)} is empty. Remove it, or give its address.");
        }

        int Next() => ++number <= ImportLimits.Rows ? number : throw new ImportFormatException($"The file has more than {ImportLimits.Rows:n0} entries. Split it.");
    }

    internal static string? Whole(string? address, string? domain) => address is null || address.Contains('@') ? address : $"{address}@{domain}";

    // A mailbox that stands below another domain than its own is a slip that should be seen.
    internal static Refusal? Misplaced(string? address, string? domain) =>
        address is null || domain is null || !address.Contains('@') || address.EndsWith("@" + domain, StringComparison.OrdinalIgnoreCase) ? null
        : new Malformed("address", Addresses.ShownText.Of(address), $"{Addresses.ShownText.Of(address)} stands below {Addresses.ShownText.Of(domain)}.", "Move it to its own domain.");
}

/// <summary>A domain in a tree; texts as in <see cref="ImportRow"/>.</summary>
public sealed class TreeDomain
{
    /// <summary>The name.</summary>
    public string? Name { get; set; }

    /// <inheritdoc cref="ImportRow.Host" />
    public string? Host { get; set; }

    /// <inheritdoc cref="ImportRow.AliasOf" />
    public string? AliasOf { get; set; }

    /// <inheritdoc cref="ImportRow.MaxMailboxes" />
    public string? MaxMailboxes { get; set; }

    /// <inheritdoc cref="ImportRow.MaxAliases" />
    public string? MaxAliases { get; set; }

    /// <inheritdoc cref="ImportRow.DefaultQuota" />
    public string? DefaultQuota { get; set; }

    /// <inheritdoc cref="ImportRow.MaxQuota" />
    public string? MaxQuota { get; set; }

    /// <inheritdoc cref="ImportRow.Note" />
    public string? Note { get; set; }

    /// <summary>Its mailboxes.</summary>
    public List<TreeMailbox>? Mailboxes { get; set; }

    /// <summary>Its aliases.</summary>
    public List<TreeAlias>? Aliases { get; set; }

    internal ImportRow Row(int number) => new(number, ImportKind.Domain, Name) { Host = Host, AliasOf = AliasOf, MaxMailboxes = MaxMailboxes, MaxAliases = MaxAliases, DefaultQuota = DefaultQuota, MaxQuota = MaxQuota, Note = Note };

    internal static TreeDomain Of(ImportRow row) => new() { Name = row.Address, Host = row.Host, AliasOf = row.AliasOf, MaxMailboxes = row.MaxMailboxes, MaxAliases = row.MaxAliases, DefaultQuota = row.DefaultQuota, MaxQuota = row.MaxQuota, Note = row.Note };
}

/// <summary>A mailbox in a tree; texts as in <see cref="ImportRow"/>.</summary>
public sealed class TreeMailbox
{
    /// <summary>The address, or what stands before the @.</summary>
    public string? Address { get; set; }

    /// <inheritdoc cref="ImportRow.DisplayName" />
    public string? DisplayName { get; set; }

    /// <inheritdoc cref="ImportRow.State" />
    public string? State { get; set; }

    /// <inheritdoc cref="ImportRow.Quota" />
    public string? Quota { get; set; }

    /// <inheritdoc cref="ImportRow.Password" />
    public string? Password { get; set; }

    /// <inheritdoc cref="ImportRow.PasswordHash" />
    public string? PasswordHash { get; set; }

    /// <inheritdoc cref="ImportRow.SenderRights" />
    public List<string>? SenderRights { get; set; }

    /// <inheritdoc cref="ImportRow.Note" />
    public string? Note { get; set; }

    /// <inheritdoc cref="ImportRow.TrashedUntil" />
    public string? TrashedUntil { get; set; }

    internal ImportRow Row(int number, string? domain) => new(number, ImportKind.Mailbox, AccountTree.Whole(Address, domain))
    { DisplayName = DisplayName, State = State, Quota = Quota, Password = Password, PasswordHash = PasswordHash, SenderRights = SenderRights, Note = Note, TrashedUntil = TrashedUntil, Problem = AccountTree.Misplaced(Address, domain) };

    internal static TreeMailbox Of(ImportRow row) => new() { Address = row.Address, DisplayName = row.DisplayName, State = row.State, Quota = row.Quota, PasswordHash = row.PasswordHash, SenderRights = row.SenderRights?.ToList(), Note = row.Note, TrashedUntil = row.TrashedUntil };
}

/// <summary>An alias in a tree; texts as in <see cref="ImportRow"/>.</summary>
public sealed class TreeAlias
{
    /// <summary>The address, what stands before the @, or <c>@domain</c> for the catch-all.</summary>
    public string? Address { get; set; }

    /// <inheritdoc cref="ImportRow.Targets" />
    public List<string>? Targets { get; set; }

    /// <inheritdoc cref="ImportRow.Expires" />
    public string? Expires { get; set; }

    /// <inheritdoc cref="ImportRow.Comment" />
    public string? Comment { get; set; }

    /// <inheritdoc cref="ImportRow.TrashedUntil" />
    public string? TrashedUntil { get; set; }

    internal ImportRow Row(int number, string? domain) => new(number, ImportKind.Alias, AccountTree.Whole(Address, domain)) { Targets = Targets, Expires = Expires, Comment = Comment, TrashedUntil = TrashedUntil, Problem = AccountTree.Misplaced(Address, domain) };

    internal static TreeAlias Of(ImportRow row) => new() { Address = row.Address, Targets = row.Targets?.ToList(), Expires = row.Expires, Comment = row.Comment, TrashedUntil = row.TrashedUntil };
}
