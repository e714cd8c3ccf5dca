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

    /// <summary>See certificates, their history and what the ports serve.</summary>
    ReadCertificates,

    /// <summary>Order, import, deploy, renew and revoke certificates.</summary>
    ChangeCertificates,

    /// <summary>Read mail logs, traces of messages and the queue. They name senders and recipients of every domain.</summary>
    ReadMail,

    /// <summary>Flush, hold, release, requeue and delete queued messages; read their content.</summary>
    ManageQueue,

    /// <summary>See probes, round trips and alerts.</summary>
    ReadProbes,

    /// <summary>Run probes and round trips on demand; change schedules, alerts and silences.</summary>
    ManageProbes,

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
