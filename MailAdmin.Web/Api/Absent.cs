using MailAdmin.Core;

namespace MailAdmin.Web.Api;

/// <summary>In a PATCH null means "none"; for texts and lists that is the empty one.</summary>
internal static class Absent
{
    public static Optional<string> OrEmpty(this Optional<string?> text) => text.IsSet ? text.Or(null) ?? "" : default(Optional<string>);

    // A null in a list is no value; the service refuses the empty text by its place in the list.
    public static Optional<IReadOnlyList<string>> OrEmpty(this Optional<IReadOnlyList<string?>?> list) =>
        list.IsSet ? new Optional<IReadOnlyList<string>>([.. (list.Or(null) ?? []).Select(t => t ?? "")]) : default;
}
