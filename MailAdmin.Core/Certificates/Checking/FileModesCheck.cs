namespace MailAdmin.Core.Certificates.Checking;

/// <summary>The private key lies where only its owner can read it.</summary>
internal sealed class FileModesCheck : ICertificateCheck
{
    private const UnixFileMode World = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    public string Name => "fileModes";

    public string Title => "File permissions";

    public Verdict Look(CheckedChain chain, CheckSubject subject)
    {
        var open = subject.Files.FirstOrDefault(file => (file.Mode & World) != 0);
        return open.Path is null
            ? this.Passed("The key will lie on the host with mode 0600, owned by root, from its first moment.")
            : this.Warned($"{open.Path} has mode {Convert.ToString((int)open.Mode, 8).PadLeft(4, '0')}: others on this machine can read or change the key.", "Set it to 0600; if it was so for long, make a new key.");
    }
}
