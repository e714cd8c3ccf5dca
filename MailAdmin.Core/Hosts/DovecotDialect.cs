namespace MailAdmin.Core.Hosts;

/// <summary>Which form of configuration a Dovecot reads.</summary>
public enum DovecotDialect
{
    /// <summary>2.3: <c>passdb { driver = … args = … }</c>, <c>plugin { … }</c>, <c>%d</c>.</summary>
    V23,

    /// <summary>2.4: named blocks, a setting for each value, <c>%{user | domain}</c>.</summary>
    V24,
}

/// <summary>Chooses the dialect.</summary>
public static class DovecotDialects
{
    /// <summary>The dialect of a version such as <c>2.3.19.1</c>.</summary>
    /// <exception cref="NotSupportedException">Older than 2.3, or not a version.</exception>
    public static DovecotDialect Of(string version)
    {
        var parts = version.Split('.');
        if (parts.Length < 2 || !int.TryParse(parts[0], out var major) || !int.TryParse(parts[1], out var minor) || (major, minor).CompareTo((2, 3)) < 0)
            throw new NotSupportedException($"MailAdmin writes for Dovecot 2.3 and 2.4 and later; '{version}' is neither.");
        return (major, minor) == (2, 3) ? DovecotDialect.V23 : DovecotDialect.V24;
    }

    /// <summary>The dialect of a host, as detected.</summary>
    public static DovecotDialect Of(HostCapabilities capabilities) => Of(capabilities.DovecotVersion);
}
