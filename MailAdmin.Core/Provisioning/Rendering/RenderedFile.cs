namespace MailAdmin.Core.Provisioning.Rendering;

/// <summary>A file as it should be on the host. Same database, same bytes.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Content">All bytes: a header line, then sorted lines.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">User name.</param>
/// <param name="Group">Group name.</param>
/// <param name="Entries">How many entries it holds, for the guard against emptied or shrunk sets.</param>
public sealed record RenderedFile(string Path, RenderedKind Kind, ReadOnlyMemory<byte> Content, UnixFileMode Mode, string Owner, string Group, int Entries);

/// <summary>What a managed file is, which says how it is compiled and verified.</summary>
public enum RenderedKind
{
    /// <summary>Dovecot passwd-file of one domain.</summary>
    PasswdFile,

    /// <summary>Postfix map source; compiled with the host's best map type beside it.</summary>
    PostfixMap,

    /// <summary>A daemon's own configuration file, changed key by key.</summary>
    Configuration,
}
