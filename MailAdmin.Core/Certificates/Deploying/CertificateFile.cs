using MailAdmin.Core.Hosts;
using MailAdmin.Core.Provisioning.Planning;

namespace MailAdmin.Core.Certificates.Deploying;

/// <summary>A file as it should be on the host, for the sake of certificates.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Content">All bytes.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="IsSecret">True: it holds a private key; neither shown nor kept in the history.</param>
/// <param name="Sentence">What writing it means, for a person.</param>
internal sealed record CertificateFile(string Path, ReadOnlyMemory<byte> Content, UnixFileMode Mode, bool IsSecret, string Sentence)
{
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode Readable = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}

/// <summary>A file that is not as it should be.</summary>
/// <param name="Desired">As it should be.</param>
/// <param name="Existing">As it is; null when it is not there.</param>
internal sealed record CertificateFileChange(CertificateFile Desired, HostFile? Existing)
{
    public string? BeforeHash { get; } = Existing is null ? null : LineDifference.HashOf(Existing.Content);

    public string AfterHash { get; } = LineDifference.HashOf(Desired.Content);

    public PlanStep Step()
    {
        var kind = Existing is null ? PlanStepKind.Create : PlanStepKind.Change;
        if (Desired.IsSecret) return new PlanStep(kind, Desired.Sentence, Desired.Path, null, null);
        var (before, after) = (Existing is null ? null : Text(Existing.Content), Text(Desired.Content));
        return new PlanStep(kind, Desired.Sentence, Desired.Path, before, after) { Diff = Hosts.Baseline.FileDiff.Unified(Desired.Path, before, after) };
    }

    public HostFileWrite Write() => new(Desired.Path, Desired.Content, Desired.Mode, "root", "root");

    public HostFileWrite? WriteFormer() => Existing is null ? null : new HostFileWrite(Desired.Path, Existing.Content, Existing.Info.Mode, Existing.Info.Owner, Existing.Info.Group);

    private static string Text(ReadOnlyMemory<byte> content) => Hosts.Baseline.PostfixLines.Decode(content.Span);
}
