namespace MailAdmin.Core.Administrators;

/// <summary>One act that can be permitted or refused.</summary>
public enum Right
{
    /// <summary>Read domains, mailboxes and aliases.</summary>
    ReadAccounts,

    /// <summary>Add, change, trash and restore mailboxes and aliases of a domain; set passwords.</summary>
    ChangeAccounts,

    /// <summary>Add, change, trash and restore domains.</summary>
    ChangeDomains,

    /// <summary>See hosts, plans, history and drift.</summary>
    ReadHosts,

    /// <summary>Apply a plan, approve a waiting run, roll back.</summary>
    ApplyPlans,

    /// <summary>Register and change hosts; apply the baseline.</summary>
    ChangeHosts,

    /// <summary>Read and export the audit trail.</summary>
    ReadAudit,

    /// <summary>Import sets of accounts.</summary>
    Import,

    /// <summary>Export accounts; hashes included only for owners.</summary>
    Export,

    /// <summary>Manage administrators and tokens.</summary>
    ManagePeople,

    /// <summary>Back up and restore the portal's database.</summary>
    Backup,
}
