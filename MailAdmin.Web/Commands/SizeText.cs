using MailAdmin.Core.Addresses;

namespace MailAdmin.Web.Commands;

/// <summary>A size in bytes as a person reads it.</summary>
internal readonly record struct SizeText(long Bytes)
{
    public override string ToString() => ByteQuota.TryFrom(Bytes, out var quota, out _) ? quota.Human : $"{Bytes} bytes";
}
